// Where `nsedbg dap --listen` and `nsedbg serve` wait for clients.
#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace client {

class Listener {
 public:
  // Without a secret to show, whoever connects may run programs as us: only by the loopback, and
  // only root and we ourselves.
  enum class Guard { kLoopbackAndUser, kSecret };
  struct Rules {
    const char* option = "--listen";  // what the user has written, for the errors
    Guard guard = Guard::kLoopbackAndUser;
  };
  // "HOST:PORT", or "unix:PATH": a socket that is ours alone.
  static base::Result<Listener> open(const std::string& address, const Rules& rules);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&& other) noexcept = default;
  ~Listener();

  int fd() const { return socket_.get(); }
  // Invalid if there is nobody, or nobody who may come.
  base::Fd accept();
  // As it can be given to a client: with the port that the kernel chose for 0.
  const std::string& address() const { return address_; }
  bool only_loopback() const { return only_loopback_; }

 private:
  Listener() = default;
  base::Status open_unix(const std::string& path);
  base::Status open_tcp(const std::string& host, const std::string& port);
  base::Error failed(const std::string& what) const;

  Rules rules_;
  bool only_loopback_ = true;

  base::Fd socket_;
  std::string address_;
  std::string unlink_;  // our socket in the file system
};

}  // namespace client
