// What the client has configured, kept for a restart: its breakpoints go to the new agent, and stay
// to the client what they were, ids included.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dap/message.h"

namespace relay {

class Configuration {
 public:
  struct Request {
    std::string command;
    std::string arguments;
    std::vector<int> ids;  // the client's, of the breakpoints in the answer
  };

  // A request on its way to the agent: remembered if it configures something. Its key, or empty.
  std::string remember(const dap::Message& request);
  bool done() const { return done_; }  // configurationDone was among them
  const std::map<std::string, Request>& requests() const { return requests_; }

  // An answer on its way back: breakpoints get the client's ids.
  void answered(const std::string& key, dap::Value& body);
  // The same for what a new agent answers: the ids are those that the client knows already.
  void replayed(const std::string& key, dap::Value& body);
  void forget_agent() { to_client_.clear(); }

  // `breakpoint` and `stopped` events.
  void translate_event(const std::string& name, dap::Value& body);

 private:
  int client_id(int agent_id);

  std::map<std::string, Request> requests_;
  std::map<int, int> to_client_;
  int last_id_ = 0;
  bool done_ = false;
};

// The member `breakpoints` of a body; null if it has none.
dap::Value* breakpoints_in(dap::Value& body);

}  // namespace relay
