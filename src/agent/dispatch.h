// From a DAP message to a typed handler and back.
//
// Every request of dap::AgentRequests has a handler() in one of the files requests_*.cc, with the
// thread it runs on. Parsing, error answers and cancel live here, once.
#pragma once

#include <string>
#include <vector>

#include "agent/server.h"
#include "base/result.h"
#include "dap/message.h"
#include "dap/requests.h"

namespace agent {

// Where a handler runs.
enum class On {
  kIo,       // the thread that reads the clients (server.h), at once; must not touch Lua
  kStopped,  // nmap's main thread while the scan is stopped; an error otherwise
  kLua,      // as kStopped; while the scan runs as kIo: then it must not touch Lua
};

// What a handler may know and do besides returning its result.
struct Call {
  int client_id = 0;
  Client* client = nullptr;             // kIo only
  void (*after)(Call& call) = nullptr;  // run when the response is on its way
  int thread_id = 0;                    // scratch for `after`
  int detail = 0;                       // scratch for `after`
  bool on_main = false;                 // this is nmap's main thread
};

using Run = bool (*)(Call& call, const dap::Message& message, std::string& body,
                     std::string& error);

// False, with the command in front of the error.
bool bad_arguments(const char* command, std::string& error);

template <class R,
          base::Result<typename R::Response> (*handler)(Call&, const typename R::Arguments&)>
bool run_typed(Call& call, const dap::Message& message, std::string& body, std::string& error) {
  typename R::Arguments arguments;
  if (!dap::read_body(message, arguments, error)) return bad_arguments(R::command, error);
  base::Result<typename R::Response> result = handler(call, arguments);
  if (!result) {
    error = result.error().text();
    return false;
  }
  body = dap::to_json(*result);
  return true;
}

struct Handler {
  On on;
  Run run;
};

// One per request, beside its function in requests_*.cc. Hidden here too: the linker leaves other
// undefined names to nmap, as it must Lua's.
template <class R>
struct [[gnu::visibility("hidden")]] HandlerOf {
  static const Handler value;
};

template <class R, base::Result<typename R::Response> (*run)(Call&, const typename R::Arguments&)>
constexpr Handler on(On where) {
  return {where, run_typed<R, run>};
}

// While there is one thread: what both may look at later.
void open_dispatch();

// The thread that reads the clients: a message came in.
void dispatch(Client& client, const std::string& json);

// A request waiting for the main thread.
struct Job {
  int client_id = 0;
  dap::Message message;
  Run run = nullptr;
  Features features;  // the client's
  size_t size = 0;    // of the message, in bytes
};

// Main thread: run it and answer.
void run_job(Job& job);
void answer_error(int client_id, const dap::Message& message, const std::string& text);

}  // namespace agent
