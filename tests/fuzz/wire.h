// agent::Server without sockets: clients that exist by saying so, and checks on every message that
// the agent sends. What breaks a promise of the protocol aborts.
#pragma once

#include <string>

#include "agent/server.h"

namespace fuzz {

struct Wire {
  static void connect(int number);  // 0 is the first of a new scan
  static int clients();             // so far, gone ones too
  static int id(int number);        // the agent's for it
  static void disconnect_all();

  // As the thread that reads does when bytes came in. Nothing if the client has gone.
  static void deliver(int number, const std::string& json);

  // Aborts if a request was not answered.
  static void check_all_answered();

  // Replaces "$T0", "$F1", "$R2" by a thread, frame or reference that the agent has given out.
  static std::string fill_in(std::string json);

  // Server::wait_as_main(): the scan stands, and the agent has nothing to do.
  static void (*on_wait)();

 private:
  static agent::Client* find(int number);
  static void drop_gone();
};

}  // namespace fuzz
