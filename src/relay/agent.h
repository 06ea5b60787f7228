// The agent's side of the relay: requests go in, each with what to do with its answer; events come
// out. When the agent is gone, whatever still waits is answered with an error.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "client/channel.h"
#include "dap/message.h"

namespace relay {

class Agent {
 public:
  using Answered = std::function<void(dap::Message&)>;
  struct Callbacks {
    std::function<void(dap::Message&)> event;
    std::function<void(const std::string& why)> closed;
  };
  Agent(client::Loop& loop, base::Fd socket, Callbacks callbacks);

  // The seq that it got.
  int request(const char* command, const std::string& arguments, Answered answered);
  void drain() { channel_.drain(); }
  // Reads what has come, and keeps it but for the events that `at_once` takes; then handles it.
  using AtOnce = std::function<bool(const dap::Message&)>;
  void hold(const AtOnce& at_once);
  void release();
  bool open() const { return channel_.open(); }
  void close();

 private:
  void on_message(const std::string& json);
  void handle(dap::Message& message);
  void give_up();

  Callbacks callbacks_;
  int last_seq_ = 0;
  std::map<int, Answered> waiting_;
  const AtOnce* at_once_ = nullptr;  // while holding
  std::deque<dap::Message> held_;
  bool handling_ = false;
  client::Channel channel_;
};

}  // namespace relay
