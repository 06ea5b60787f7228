// One DAP client, thin on purpose: it can also send what a decent client never would. Whatever
// goes wrong is thrown as support::Failure, which fails the test with the last messages shown.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "dap/events.h"
#include "dap/framing.h"
#include "dap/message.h"
#include "dap/recorder.h"
#include "dap/requests.h"
#include "support/poller.h"

namespace conversation {

class Connection {
 public:
  Connection(support::Poller& poller, base::Fd socket, Recorder recorder);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends, waits for the answer and returns its body.
  template <class R>
  typename R::Response request(const typename R::Arguments& arguments = {}) {
    return answer<R>(post<R>(arguments));
  }
  // The same, and the answer must be an error; returns its text.
  template <class R>
  std::string error(const typename R::Arguments& arguments = {}) {
    return error_of(post<R>(arguments));
  }

  // The two halves of request(), for what is sent while something else waits.
  template <class R>
  int post(const typename R::Arguments& arguments = {}) {
    return send(R::command, dap::to_json(arguments), false);
  }
  template <class R>
  typename R::Response answer(int seq) {
    dap::Message message = response(seq);
    if (!message.success) fail(std::string(R::command) + " failed: " + error_text(message));
    return body<typename R::Response>(message);
  }
  std::string error_of(int seq);

  // What no struct of ours holds: the configuration of launch and attach.
  int post_json(const std::string& command, const std::string& arguments_json) {
    return send(command.c_str(), arguments_json, false);
  }
  void await_answer(int seq);  // which must be a success
  void await_all_answers();    // whatever they say; a record that ends before them is not valid
  // The adapter's own request, and our answer to it.
  template <class R, class Answer>
  typename R::Arguments asked(Answer answer) {
    dap::Message message = reverse_request(R::command);
    auto arguments = body<typename R::Arguments>(message);
    respond(message, dap::to_json(answer(arguments)));
    return arguments;
  }

  // Wrong on purpose: a request that no struct of ours can hold. Returns the error's text.
  std::string bad_request(const std::string& command, const std::string& arguments_json);
  // Any bytes at all; nothing of it is recorded.
  void send_raw(std::string_view bytes);
  void send_raw_or_closed(std::string_view bytes);  // the agent may hang up in the middle
  std::string next_error();  // the next answer, whatever it answers, which must be an error

  // The next event of this kind that nobody has taken yet, and that `wanted` accepts; others stay.
  template <class E, class Wanted>
  E event(Wanted wanted) {
    std::optional<E> found;
    wait_for(std::string("the event ") + E::event,
             [&] { return (found = take<E>(wanted)).has_value(); });
    return *found;
  }
  template <class E>
  E event() {
    return event<E>([](const E&) { return true; });
  }
  // The same, or nothing if the scan has ended.
  template <class E>
  std::optional<E> event_or_end() {
    std::optional<E> found;
    wait_for(std::string("the event ") + E::event, [&] {
      found = seen<E>();
      return found || seen<dap::TerminatedEvent>();
    });
    return found;
  }
  // Such an event has come already and was not taken. (After an answer, whatever the agent did
  // before it has come too.)
  template <class E>
  std::optional<E> seen() {
    return take<E>([](const E&) { return true; });
  }
  // "output", "stopped", "next!" (a response) …: everything that came so far, in order.
  const std::vector<std::string>& history() const { return history_; }
  void await(const std::string& name);  // until it is there

  bool closed() const { return !socket_.valid(); }
  void await_closed();
  // Gone in the middle, as a killed client is.
  void vanish();
  // Shown with every failure: what nmap has said.
  void set_context(std::function<std::string()> context) { context_ = std::move(context); }

 private:
  int send(const char* command, const std::string& arguments, bool bad);
  void write_all(std::string_view bytes);
  void read_some();
  dap::Message response(int seq, bool any = false);
  dap::Message reverse_request(const std::string& command);
  void respond(const dap::Message& request, const std::string& body_json);
  std::string error_in(const dap::Message& message);
  static std::string error_text(const dap::Message& message);
  void wait_for(const std::string& what, const std::function<bool()>& done);
  [[noreturn]] void fail(const std::string& what);

  template <class T>
  T body(const dap::Message& message) {
    T out;
    std::string why;
    if (!dap::read_body(message, out, why)) fail(message.name + ": " + why);
    return out;
  }
  template <class E, class Wanted>
  std::optional<E> take(Wanted wanted) {
    for (auto it = inbox_.begin(); it != inbox_.end(); ++it) {
      if (it->kind != dap::Message::Kind::kEvent || it->name != E::event) continue;
      E found = body<E>(*it);
      if (!wanted(found)) continue;
      inbox_.erase(it);
      return found;
    }
    return std::nullopt;
  }

  support::Poller& poller_;
  base::Fd socket_;
  Recorder recorder_;
  dap::FrameReader reader_;
  std::deque<dap::Message> inbox_;
  std::set<int> unanswered_;
  std::vector<std::string> history_, texts_;
  std::function<std::string()> context_;
  int last_seq_ = 0;
};

}  // namespace conversation
