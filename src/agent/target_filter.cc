#include "agent/target_filter.h"

#include <arpa/inet.h>
#include <string.h>

#include "agent/nse_thread.h"
#include "base/text.h"

namespace agent {
namespace {

constexpr int kHighestPort = 65535;

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> items;
  for (const std::string& item : base::split(text, ','))
    if (std::string_view trimmed = base::trim(item); !trimmed.empty()) items.emplace_back(trimmed);
  return items;
}

bool parse_port(std::string_view text, int& out) {
  long long number = 0;
  if (!base::parse_int(text, number) || number < 0 || number > kHighestPort) return false;
  out = static_cast<int>(number);
  return true;
}

}  // namespace

TargetFilter::Address TargetFilter::address_of(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes) == 1)
    address.family = AF_INET;
  else if (inet_pton(AF_INET6, text.c_str(), address.bytes) == 1)
    address.family = AF_INET6;
  return address;
}

bool TargetFilter::is_in(const Address& address, const Host& host) {
  if (address.family == 0 || address.family != host.network.family) return false;
  size_t whole = static_cast<size_t>(host.prefix) / 8;
  if (memcmp(address.bytes, host.network.bytes, whole) != 0) return false;
  int rest = host.prefix % 8;
  unsigned mask = 0xFFu << (8 - rest) & 0xFFu;
  return rest == 0 || ((address.bytes[whole] ^ host.network.bytes[whole]) & mask) == 0;
}

base::Status TargetFilter::add_host(const std::string& text) {
  Host host;
  host.pattern = text;
  size_t slash = text.find('/');
  host.network = address_of(text.substr(0, slash));
  int longest = host.network.family == AF_INET ? 32 : 128;
  host.prefix = longest;
  if (slash != std::string::npos) {
    long long prefix = 0;
    bool number = base::parse_int(std::string_view(text).substr(slash + 1), prefix);
    if (host.network.family == 0 || !number || prefix < 0 || prefix > longest)
      return base::fail("'" + text + "' is no network", "such as 10.0.0.0/8, or fd00::/8");
    host.prefix = static_cast<int>(prefix);
  }
  hosts_.push_back(std::move(host));
  return base::ok();
}

base::Status TargetFilter::add_ports(const std::string& text) {
  Ports ports;
  std::string_view numbers = text;
  size_t slash = text.find('/');
  if (slash != std::string::npos) {
    ports.protocol = text.substr(slash + 1);
    numbers = numbers.substr(0, slash);
  }
  size_t dash = numbers.find('-');
  bool fine = parse_port(numbers.substr(0, dash), ports.first);
  ports.last = ports.first;
  if (dash != std::string_view::npos)
    fine = fine && parse_port(numbers.substr(dash + 1), ports.last);
  bool protocol = slash == std::string::npos;
  for (const char* known : {"tcp", "udp", "sctp"}) protocol |= ports.protocol == known;
  if (!fine || !protocol || ports.last < ports.first)
    return base::fail("'" + text + "' is no port", "such as 80, 8000-8100, or 53/udp");
  ports_.push_back(std::move(ports));
  return base::ok();
}

base::Result<TargetFilter> TargetFilter::parse(const std::string& hosts, const std::string& ports,
                                               const std::string& scripts) {
  TargetFilter filter;
  for (const std::string& text : listed(hosts))
    if (base::Status added = filter.add_host(text); !added) return added.take_error();
  for (const std::string& text : listed(ports))
    if (base::Status added = filter.add_ports(text); !added) return added.take_error();
  filter.scripts_ = listed(scripts);
  return filter;
}

bool TargetFilter::matches_host(const Target& target) const {
  if (target.host.empty()) return false;
  Address address = address_of(std::string(target.host));
  for (const Host& host : hosts_)
    if (is_in(address, host) || base::matches_glob(host.pattern, target.host) ||
        (!target.name.empty() && base::matches_glob(host.pattern, target.name)))
      return true;
  return false;
}

bool TargetFilter::matches_port(const Target& target) const {
  if (target.protocol.empty()) return false;
  for (const Ports& ports : ports_)
    if (target.port >= ports.first && target.port <= ports.last &&
        (ports.protocol.empty() || ports.protocol == target.protocol))
      return true;
  return false;
}

bool TargetFilter::matches(const Target& target) const {
  if (!hosts_.empty() && !matches_host(target)) return false;
  if (!ports_.empty() && !matches_port(target)) return false;
  if (scripts_.empty()) return true;
  for (const std::string& pattern : scripts_)
    if (base::matches_glob(pattern, target.script)) return true;
  return false;
}

bool TargetFilter::matches(const NseThread* thread) const {
  if (empty()) return true;
  return thread && matches(Target{thread->script, thread->host, thread->target_name, thread->port,
                                  thread->protocol});
}

}  // namespace agent
