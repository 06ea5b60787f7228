// Into an nmap that was started without nsedbg, and out of it again.
#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <thread>

#include <cstdlib>

#include "dap/nse_requests.h"
#include "dap/plain_nmap.h"
#include "launch/running_nmap.h"

namespace conversation {
namespace {

class Attach : public Conversation {
 protected:
  std::vector<std::string> scan() const { return port_scan(fixture("echo")); }
  void open_gates() {
    peer.open_gate();
    peer.open_gate();
  }
  static void expect_usual_report(const Ended& end) {
    EXPECT_EQ(end.status, 0) << end.out;
    EXPECT_HAS(end.out, "echo: answer\n|_answer");
  }
  static dap::Breakpoint set_breakpoint(Connection& client, const std::string& text) {
    dap::SetBreakpoints::Arguments arguments;
    arguments.source.path = fixture("echo");
    dap::SourceBreakpoint breakpoint;
    breakpoint.line = fixture_line("echo", text);
    arguments.breakpoints = {breakpoint};
    return client.request<dap::SetBreakpoints>(arguments).breakpoints.at(0);
  }
  static std::vector<dap::StackFrame> stack(Connection& client, int thread) {
    dap::StackTrace::Arguments arguments;
    arguments.threadId = thread;
    return client.request<dap::StackTrace>(arguments).stackFrames;
  }

  peers::TcpPeer peer{{peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address())};
};
ON_BOTH_NMAPS(Attach);

TEST_P(Attach, a_script_that_waits_for_the_network_is_debugged_when_it_goes_on) {
  PlainNmap running(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate());
  auto client = running.attach();
  EXPECT_EQ(set_breakpoint(*client, "local second").verified, true);
  client->request<dap::ConfigurationDone>();
  auto threads = client->request<dap::Threads>().threads;
  ASSERT_EQ(threads.size(), 2u);
  EXPECT_EQ(threads[1].nseState, "waiting");
  EXPECT_EQ(threads[1].nsePhase, "action");

  open_gates();
  auto stop = client->event<dap::StoppedEvent>();
  EXPECT_EQ(stop.reason, "breakpoint");
  const int thread = stop.threadId.value_or(0);
  auto frames = stack(*client, thread);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].name, "action");
  EXPECT_EQ(frames[0].line, fixture_line("echo", "local second"));
  dap::Evaluate::Arguments print;
  print.frameId = frames[0].id;
  print.expression = "first";
  print.context = "repl";
  EXPECT_EQ(client->request<dap::Evaluate>(print).result, "\"answer\\n\"");
  // Over another network call, to the line behind it.
  dap::Next::Arguments next;
  next.threadId = thread;
  client->request<dap::Next>(next);
  client->event<dap::StoppedEvent>();
  EXPECT_EQ(stack(*client, thread).at(0).line, fixture_line("echo", "local both"));
  running.detach(std::move(client));
  expect_usual_report(running.finish());
}

TEST_P(Attach, functions_of_what_was_loaded_before_have_their_names) {
  PlainNmap running(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate());
  auto client = running.attach();
  dap::SetFunctionBreakpoints::Arguments functions;
  functions.breakpoints.emplace_back().name = "echo:ask";
  client->request<dap::SetFunctionBreakpoints>(functions);
  client->request<dap::ConfigurationDone>();
  open_gates();
  auto stop = client->event<dap::StoppedEvent>();
  EXPECT_EQ(stop.reason, "function breakpoint");
  running.detach(std::move(client));
  expect_usual_report(running.finish());
}

// Five times in each wait of the script: it waits no longer than 30 s.
TEST_P(Attach, comes_and_goes_ten_times) {
  PlainNmap running(nmap(), scan());
  for (int i = 0; i < 10; ++i) {
    if (i % 5 == 0) {
      ASSERT_TRUE(peer.await_at_gate());
    }
    auto client = running.attach();
    EXPECT_EQ(set_breakpoint(*client, "local second").verified, true);
    client->request<dap::ConfigurationDone>();
    EXPECT_EQ(client->request<dap::Threads>().threads.size(), 2u);
    running.detach(std::move(client));
    if (i % 5 == 4) peer.open_gate();
  }
  expect_usual_report(running.finish());
}

TEST_P(Attach, why_does_not_speak_of_what_was_before) {
  PlainNmap running(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate());
  auto client = running.attach();
  client->request<dap::ConfigurationDone>();
  dap::Why::Arguments question;
  question.script = "echo";
  EXPECT_HAS(client->request<dap::Why>(question).answer, "before nsedbg attached is not known");
  question.host = "192.0.2.1";
  EXPECT_HAS(client->request<dap::Why>(question).answer, "Whether it was before is not known");
  running.detach(std::move(client));
  open_gates();
  expect_usual_report(running.finish());
}

// A port scan of a few seconds, in which Lua does not run.
std::vector<std::string> slow_scan() {
  return {"-n",       "-Pn",           "-p",     "8000,8001-8030", "--scan-delay", "100ms",
          "--script", fixture("echo"), address()};
}

// A process that has just been started is in its loader still, and no nmap yet.
base::Result<launch::Attachment> begin_when_loaded(pid_t pid) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  auto begun = launch::Attachment::begin(pid);
  while (!begun.ok() && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
    begun = launch::Attachment::begin(pid);
  }
  return begun;
}

TEST_P(Attach, who_gives_up_leaves_nothing) {
  PlainNmap running(nmap(), slow_scan());
  {
    auto attachment = begin_when_loaded(running.pid());
    ASSERT_TRUE(attachment.ok()) << attachment.error().text();
    EXPECT_HAS(attachment->notes().at(0), "waiting for nmap's script engine");
    auto socket = attachment->connect();
    ASSERT_TRUE(socket.ok());
    EXPECT_FALSE(socket->valid());
  }
  EXPECT_TRUE(running.sandbox().run_leftovers().empty());
  open_gates();
  expect_usual_report(running.finish());
}

TEST_P(Attach, nmap_survives_an_nsedbg_that_is_killed_while_it_waits) {
  PlainNmap running(nmap(), slow_scan());
  int begun[2];
  ASSERT_EQ(pipe(begun), 0);
  pid_t nsedbg = fork();
  if (nsedbg == 0) {
    auto attachment = begin_when_loaded(running.pid());
    char fine = attachment.ok() ? 'y' : 'n';
    [[maybe_unused]] ssize_t n = write(begun[1], &fine, 1);
    for (;;) pause();
  }
  char fine = 'n';
  EXPECT_EQ(read(begun[0], &fine, 1), 1);
  EXPECT_EQ(fine, 'y');
  kill(nsedbg, SIGKILL);
  waitpid(nsedbg, nullptr, 0);
  open_gates();
  expect_usual_report(running.finish());
}

TEST_P(Attach, says_what_a_process_is_that_cannot_be_entered) {
  PlainNmap running(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate());
  pid_t other = fork();
  if (other == 0) {
    execlp("sleep", "sleep", "60", nullptr);
    _exit(1);
  }
  auto is_not_nmap = [&] {
    std::string text = launch::Attachment::begin(other).error().text();
    return text.find("(sleep) is not nmap") != std::string::npos;
  };
  EXPECT_TRUE(running.eventually(is_not_nmap));  // when exec has come
  kill(other, SIGKILL);
  waitpid(other, nullptr, 0);
  EXPECT_HAS(launch::Attachment::begin(0x7FFFFFF).error().text(), "there is no process");

  pid_t ended = fork();
  if (ended == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(ended), &info, WEXITED | WNOWAIT);
  EXPECT_HAS(launch::Attachment::begin(ended).error().text(), "has ended already");
  waitpid(ended, nullptr, 0);

  ASSERT_EQ(ptrace(PTRACE_SEIZE, running.pid(), nullptr, nullptr), 0);
  EXPECT_HAS(launch::Attachment::begin(running.pid()).error().text(),
             "is being traced by process " + std::to_string(getpid()));
  ptrace(PTRACE_INTERRUPT, running.pid(), nullptr, nullptr);
  int status = 0;
  waitpid(running.pid(), &status, __WALL);
  ptrace(PTRACE_DETACH, running.pid(), nullptr, nullptr);

  EXPECT_EQ(*launch::find_running_nmap(address()), running.pid());
  EXPECT_HAS(launch::find_running_nmap("no such words").error().text(),
             "no nmap has 'no such words' in its command line");
  open_gates();
  expect_usual_report(running.finish());
}

}  // namespace
}  // namespace conversation
