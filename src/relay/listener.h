// Where `nsedbg dap --listen` waits for clients.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace relay {

class Listener {
 public:
  // "HOST:PORT", a loopback address only: whoever connects may run programs as us. "unix:PATH":
  // a socket that is ours alone.
  static base::Result<Listener> open(const std::string& address);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&& other) noexcept = default;
  ~Listener();

  int fd() const { return socket_.get(); }
  // Invalid if there is nobody, or somebody else than root or us: whoever debugs can run programs.
  base::Fd accept();
  // As it can be given to a client: with the port that the kernel chose for 0.
  const std::string& address() const { return address_; }

 private:
  Listener() = default;
  static base::Result<Listener> open_unix(const std::string& path);
  static base::Result<Listener> open_tcp(const std::string& host, const std::string& port);

  base::Fd socket_;
  std::string address_;
  std::string unlink_;  // our socket in the file system
};

}  // namespace relay
