// One client and the nmap that it debugs.
//
//   new ─initialize→ ready ─launch→ starting ─agent is there→ relaying ─nmap ended→ over
//                          └attach────────────────────────────┘
//
// While relaying, every message goes through, but for its number, its paths (paths.h) and the ids
// of breakpoints (configuration.h). What is about nmap's process and not about its scripts is done
// here: output, exited, terminated, disconnect, restart. `exited` and `terminated` come once.
// One thread; nothing here waits.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "relay/agent.h"
#include "relay/attributes.h"
#include "relay/configuration.h"
#include "relay/console.h"
#include "relay/editor.h"
#include "relay/nmap_output.h"
#include "relay/paths.h"
#include "relay/progress.h"
#include "relay/scan.h"

namespace relay {

class Session {
 public:
  Session(client::Loop& loop, base::Fd in, base::Fd out, std::unique_ptr<client::Target> target,
          std::unique_ptr<client::Commands> commands);

  // The client is gone without a word (or we are asked to go): what it launched ends with it.
  void abandon();
  bool over() const { return !editor_.open() && !scan_.alive(); }

 private:
  enum class State { kNew, kReady, kStarting, kRelaying, kOver };

  // session.cc: messages
  void on_request(dap::Message message);
  bool own_request(dap::Message& message);
  void before_the_agent(dap::Message message);
  void initialize(const dap::Message& message);
  void forward(dap::Message message);
  void to_agent(dap::Message message);
  bool to_console(dap::Message& message);
  void forward_cancel(const dap::Message& message);
  void pass_answer(const Asked& asked, const std::string& key, dap::Message& message);
  bool answered_without_debugging(const dap::Message& message);
  void on_agent_event(dap::Message& message);
  void note_event(const dap::Message& message);
  bool note_output(const dap::Message& message);
  void on_output(const char* category, const std::string& text);
  void look_at_scan();
  void say(const std::string& text);
  bool colors() const { return client_.supportsANSIStyling.value_or(false); }

  // session_lifecycle.cc: the beginning and the end
  void launch(const dap::Message& message);
  void attach(const dap::Message& message);
  base::Result<base::Fd> find_elsewhere(const Attach& attach);
  base::Status log(const Common& attributes);
  void use(const Common& attributes);
  void find_copies(const std::string& folder);
  void begin();
  void begin_in_terminal(const client::Target::Options& options);
  void on_agent(base::Fd socket);
  void handshake_done();
  void replay();
  void start_failed(const std::string& text);
  void disconnect(const dap::Message& message);
  void detach(const Asked& asked, const std::string& arguments);
  void terminate(dap::Message& message);
  void restart(const dap::Message& message);
  void end_scan();
  void on_ended(std::optional<int> status);
  void scan_is_new();
  void finish(std::optional<int> status);

  client::Loop& loop_;
  State state_ = State::kNew;
  Editor editor_;
  std::unique_ptr<Agent> agent_, former_agent_;
  Scan scan_;
  Console console_;
  Paths paths_;
  Configuration configuration_;
  NmapOutput nmap_output_;
  Progress progress_;

  std::string hello_ = "{}";  // the client's arguments of initialize
  dap::Initialize::Arguments client_;
  std::optional<Launch> launch_;  // nothing: attached
  std::string agent_arguments_;
  std::vector<dap::Message> queue_;
  std::map<int, int> in_flight_;  // the client's seq → the agent's
  Asked beginning_;               // launch, attach or restart: unanswered as yet
  Asked disconnecting_;
  enum class Restart { kNo, kEnding, kStarting } restart_ = Restart::kNo;
  bool detached_ = false;
  bool stopped_ = false;
  std::optional<int> exit_code_;  // the agent's word
  std::set<int> threads_;         // that the client knows
};

}  // namespace relay
