// Which NSE threads a breakpoint is for: its members `nseHost`, `nsePort` and `nseScript`.
//
// Each is a list with commas, of which one must fit. Hosts: an address, a network (10.0.0.0/8,
// fd00::/8), or a pattern with * and ? for the address or the name that nmap was given. Ports: 80,
// 8000-8100, 53/udp. Scripts: patterns of names. A thread without host or port fits no filter that
// asks for one. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace agent {

struct NseThread;

// A script and whom it deals with, as filters see them; empty or 0: nobody.
struct Target {
  std::string_view script, host, name;  // `name`: by which the host was given to nmap
  int port = 0;
  std::string_view protocol;
};

class TargetFilter {
 public:
  // The error says which part is wrong.
  static base::Result<TargetFilter> parse(const std::string& hosts, const std::string& ports,
                                          const std::string& scripts);

  bool empty() const { return hosts_.empty() && ports_.empty() && scripts_.empty(); }
  bool matches(const Target& target) const;
  // Null: NSE's engine, and scripts while they are loaded.
  bool matches(const NseThread* thread) const;

 private:
  struct Address {
    int family = 0;  // 0: it is none
    unsigned char bytes[16] = {};
  };
  struct Host {
    std::string pattern;
    Address network;
    int prefix = 0;  // bits that must be equal
  };
  struct Ports {
    int first = 0, last = 0;
    std::string protocol;  // empty: any
  };

  static Address address_of(const std::string& text);
  static bool is_in(const Address& address, const Host& host);
  base::Status add_host(const std::string& text);
  base::Status add_ports(const std::string& text);
  bool matches_host(const Target& target) const;
  bool matches_port(const Target& target) const;

  std::vector<Host> hosts_;
  std::vector<Ports> ports_;
  std::vector<std::string> scripts_;
};

}  // namespace agent
