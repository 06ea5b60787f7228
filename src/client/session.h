// One DAP session with the agent, as calls: what every front end talks to.
//
// request<R>() sends and turns the loop until the answer is there; events that arrive meanwhile go
// to the EventHandler. post<R>() sends and does not wait (pause and cancel, which are sent while
// something else waits). One request waits at a time: the program is one thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "client/channel.h"
#include "client/events.h"
#include "client/message_log.h"
#include "dap/message.h"
#include "dap/requests.h"

namespace client {

// What the user is told of a request that failed.
std::string error_text(const dap::Message& answer);

class Session {
 public:
  Session(Loop& loop, base::Fd socket, EventHandler& events, MessageLog log = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  template <class R>
  base::Result<typename R::Response> request(const typename R::Arguments& arguments) {
    base::Result<dap::Message> answer = exchange(R::command, dap::to_json(arguments));
    if (!answer) return answer.take_error();
    typename R::Response response;
    std::string why;
    if (dap::read_body(*answer, response, why)) return response;
    return base::fail(std::string("the agent's answer to ") + R::command +
                      " is not what it should be: " + why);
  }

  template <class R>
  void post(const typename R::Arguments& arguments) {
    send(R::command, dap::to_json(arguments));
  }

  // Asks the agent to give up the request that waits now. False if none does.
  bool cancel();
  bool waiting() const { return waiting_for_ != 0; }
  bool open() const { return channel_.open(); }
  // Handles what has arrived already: the last words of a peer that has died.
  void drain() { channel_.drain(); }
  void close();

 private:
  base::Result<dap::Message> exchange(const char* command, const std::string& arguments);
  int send(const char* command, const std::string& arguments);
  void on_message(const std::string& json);
  void on_event(const dap::Message& message);
  void on_response(dap::Message message);
  void on_closed(const std::string& why);

  Loop& loop_;
  EventHandler& events_;
  MessageLog log_;
  Channel channel_;
  int last_seq_ = 0;
  int waiting_for_ = 0;  // seq of the request that waits, 0 if none does
  std::optional<dap::Message> answer_;
  std::vector<int> unanswered_;
  std::string closed_because_;
};

}  // namespace client
