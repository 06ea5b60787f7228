// How long a list of many NSE threads takes, from the request to the parsed answer: all of them, a
// page, groups, and DAP's own `threads`. The smallest of five, in milliseconds.
// usage: thread_list NMAP tests/scripts/many_workers.nse LINE THREADS      (LINE: "local all")
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent_session.h"
#include "dap/nse_requests.h"

namespace {

using bench::checked;
using bench::connect;
using bench::Events;
using bench::give_up;

void stop_at(client::Loop& loop, client::Session& session, Events& events,
             const std::string& script, int line) {
  checked(session.request<dap::Initialize>({}));
  checked(session.request<dap::Attach>({}));
  while (!events.initialized) loop.run_one();
  dap::SetBreakpoints::Arguments breakpoints;
  breakpoints.source.path = script;
  breakpoints.breakpoints.emplace(1).front().line = line;
  checked(session.request<dap::SetBreakpoints>(breakpoints));
  checked(session.request<dap::ConfigurationDone>({}));
  while (!events.stopped)
    if (!loop.run_one()) give_up("the session ended");
}

template <class R>
void measure(client::Session& session, const char* what, const typename R::Arguments& arguments) {
  double least = 1e9;
  for (int i = 0; i < 5; ++i) {
    auto begin = std::chrono::steady_clock::now();
    checked(session.request<R>(arguments));
    std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    least = std::min(least, took.count());
  }
  printf("%-32s %8.1f ms\n", what, least);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) give_up("usage: thread_list NMAP SCRIPT LINE THREADS");
  launch::Options options;
  options.command = {argv[1],    "-n",    "-sn",           "-Pn",
                     "--script", argv[2], "--script-args", std::string("workers=") + argv[4],
                     "127.0.0.1"};
  launch::Started nmap = checked(launch::start(options));
  client::Loop loop;
  Events events;
  client::Session session(loop, connect(nmap.rendezvous), events);
  stop_at(loop, session, events, argv[2], atoi(argv[3]));
  dap::NseThreads::Arguments all, page, groups, some;
  page.count = 50;
  groups.group = "state";
  some.filter = "wait=condvar host=127.0.0.0/8";
  some.sort = "wait";
  some.count = 50;
  measure<dap::NseThreads>(session, "all", all);
  measure<dap::NseThreads>(session, "the first 50", page);
  measure<dap::NseThreads>(session, "50, filtered and sorted", some);
  measure<dap::NseThreads>(session, "groups", groups);
  measure<dap::Threads>(session, "DAP's threads", {});
  measure<dap::NseLocks>(session, "locks", {});
  kill(-nmap.process.pid(), SIGKILL);
  return 0;
}
