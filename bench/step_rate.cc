// Steps per second through the client that the command line uses: `next` until `stopped`, first
// waiting for the stop only, then fetching stack, scopes and locals at each, as an editor does.
// usage: step_rate NMAP SCRIPT LINE STEPS
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "agent_session.h"

namespace {

using bench::checked;
using bench::connect;
using bench::Events;
using bench::give_up;

class Walk {
 public:
  Walk(client::Loop& loop, client::Session& session, Events& events)
      : loop_(loop), session_(session), events_(events) {}

  void start(const std::string& script, int line) {
    checked(session_.request<dap::Initialize>({}));
    checked(session_.request<dap::Attach>({}));
    while (!events_.initialized) loop_.run_one();
    dap::SetBreakpoints::Arguments breakpoints;
    breakpoints.source.path = script;
    breakpoints.breakpoints.emplace(1).front().line = line;
    checked(session_.request<dap::SetBreakpoints>(breakpoints));
    checked(session_.request<dap::ConfigurationDone>({}));
    wait();
    breakpoints.breakpoints->clear();
    checked(session_.request<dap::SetBreakpoints>(breakpoints));
  }

  double rate(int steps, bool fetch) {
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < steps; ++i) {
      events_.stopped = false;
      dap::StepArguments arguments;
      arguments.threadId = events_.thread;
      checked(session_.request<dap::Next>(arguments));
      wait();
      if (fetch) look();
    }
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return steps / took.count();
  }

 private:
  void wait() {
    while (!events_.stopped)
      if (!loop_.run_one()) give_up("the session ended");
  }

  void look() {
    dap::StackTrace::Arguments stack;
    stack.threadId = events_.thread;
    stack.levels = 20;
    int frame = checked(session_.request<dap::StackTrace>(stack)).stackFrames.front().id;
    dap::Scopes::Arguments scopes;
    scopes.frameId = frame;
    dap::Variables::Arguments locals;
    locals.variablesReference =
        checked(session_.request<dap::Scopes>(scopes)).scopes.front().variablesReference;
    checked(session_.request<dap::Variables>(locals));
  }

  client::Loop& loop_;
  client::Session& session_;
  Events& events_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) give_up("usage: step_rate NMAP SCRIPT LINE STEPS");
  launch::Options options;
  options.command = {argv[1], "-n", "--script", argv[2], "--script-args", "cpu.rounds=100000000"};
  launch::Started nmap = checked(launch::start(options));
  client::Loop loop;
  Events events;
  client::Session session(loop, connect(nmap.rendezvous), events);
  Walk walk(loop, session, events);
  walk.start(argv[2], atoi(argv[3]));
  int steps = atoi(argv[4]);
  double stops = walk.rate(steps, false);
  double fetching = walk.rate(steps / 5, true);
  printf("%.0f %.0f\n", stops, fetching);
  kill(-nmap.process.pid(), SIGKILL);
  return 0;
}
