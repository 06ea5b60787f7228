// What the benches share: an nmap with the agent in it, and a client of it. Errors end the program.
#pragma once

#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "client/session.h"
#include "launch/launch.h"

namespace bench {

struct Events : client::EventHandler {
  using client::EventHandler::on;
  void on(const dap::InitializedEvent&) override { initialized = true; }
  void on(const dap::StoppedEvent& event) override {
    stopped = true;
    thread = event.threadId.value_or(0);
  }
  bool initialized = false, stopped = false;
  int thread = 0;
};

[[noreturn]] inline void give_up(const std::string& why) {
  fprintf(stderr, "bench: %s\n", why.c_str());
  exit(1);
}

template <class T>
T checked(base::Result<T> result) {
  if (!result) give_up(result.error().text());
  return std::move(*result);
}

inline base::Fd connect(launch::Rendezvous& rendezvous) {
  for (;;) {
    base::Fd socket = checked(rendezvous.connect());
    if (socket.valid()) return socket;
    pollfd wait{rendezvous.fd().get(), POLLIN, 0};
    if (poll(&wait, 1, 20000) <= 0) give_up("the agent did not appear");
  }
}

}  // namespace bench
