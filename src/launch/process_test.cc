#include "launch/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "base/text.h"
#include "launch/test_support.h"

namespace launch {
namespace {

ChildSpec shell(const std::string& script) {
  ChildSpec spec;
  spec.path = "/bin/sh";
  spec.argv = {"sh", "-c", script};
  spec.environment = {"PATH=/usr/bin:/bin", "WHO=nsedbg"};
  return spec;
}

std::string read_all(const base::Fd& fd) {
  std::string text;
  char chunk[512];
  for (;;) {
    pollfd watch = {fd.get(), POLLIN, 0};
    poll(&watch, 1, 5000);
    ssize_t n = read(fd.get(), chunk, sizeof chunk);
    if (n <= 0) return text;
    text.append(chunk, static_cast<size_t>(n));
  }
}

Process start(const std::string& script, bool tty = false) {
  Process::Options options;
  options.child = shell(script);
  options.tty_output = tty;
  base::Result<Process> process = Process::start(std::move(options));
  EXPECT_TRUE(process.ok()) << process.error().text();
  return std::move(*process);
}

TEST(ProcessTest, output_and_errors_come_apart) {
  Process process = start("echo out $WHO; echo err >&2; exit 7");
  EXPECT_EQ(read_all(process.out()), "out nsedbg\n");
  EXPECT_EQ(read_all(process.err()), "err\n");
  EXPECT_EQ(*process.wait(), 7);
  EXPECT_EQ(process.poll_exit(), 7);
}

TEST(ProcessTest, a_signal_is_told_as_a_shell_does) {
  Process process = start("kill -TERM $$");
  pollfd watch = {process.exit_event().get(), POLLIN, 0};
  EXPECT_EQ(poll(&watch, 1, 5000), 1);
  EXPECT_EQ(process.poll_exit(), 128 + SIGTERM);
}

TEST(ProcessTest, it_has_no_terminal_and_no_input) {
  Process process =
      start("cat; (: </dev/tty) 2>/dev/null || echo none; ps -o sid= -p $$ | tr -d ' '");
  std::string expected = "none\n" + std::to_string(process.pid()) + "\n";
  EXPECT_EQ(read_all(process.out()), expected);
  EXPECT_EQ(*process.wait(), 0);
}

TEST(ProcessTest, a_terminal_for_output_changes_no_byte) {
  Process process =
      start("test -t 1 && printf 'a\\nb\\tc\\n'; (: </dev/tty) 2>/dev/null || echo none", true);
  EXPECT_EQ(read_all(process.out()), "a\nb\tc\nnone\n");
  EXPECT_EQ(errno, EIO);
  EXPECT_EQ(*process.wait(), 0);
}

TEST(ProcessTest, signals_are_as_after_login) {
  signal(SIGPIPE, SIG_IGN);
  sigset_t mask, before;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigprocmask(SIG_BLOCK, &mask, &before);
  Process process = start("sed -nE 's/^Sig(Blk|Ign):\t//p' /proc/self/status");
  sigprocmask(SIG_SETMASK, &before, nullptr);
  signal(SIGPIPE, SIG_DFL);
  // Signals 32 and 33 are glibc's own: its posix_spawn (which make starts us by) leaves them
  // ignored (sysdeps/unix/sysv/linux/spawni.c), and its sigaction refuses to change them.
  constexpr unsigned long kLibcOwn = 3UL << 31;
  std::vector<std::string> sets = base::split(read_all(process.out()), '\n');
  ASSERT_GE(sets.size(), 2u);
  EXPECT_EQ(std::stoul(sets[0], nullptr, 16), 0u);
  EXPECT_EQ(std::stoul(sets[1], nullptr, 16) & ~kLibcOwn, 0u);
  EXPECT_EQ(*process.wait(), 0);
}

TEST(ProcessTest, nothing_of_ours_stays_open_in_it) {
  std::set<std::string> inherited;  // what whoever started this test left open for everybody
  for (int fd = 3; fd < 1024; ++fd) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0 && !(flags & FD_CLOEXEC)) inherited.insert(std::to_string(fd));
  }
  Process process = start(
      "for fd in /proc/$$/fd/*; do n=${fd##*/}; [ $n -gt 2 ] && [ -e $fd ] && echo $n; done; :");
  std::set<std::string> open;
  for (const std::string& line : base::split(read_all(process.out()), '\n'))
    if (!line.empty()) open.insert(line);
  EXPECT_EQ(open, inherited);
  EXPECT_EQ(*process.wait(), 0);
}

TEST(ChildTest, a_failed_start_says_why) {
  ChildSpec spec = shell("");
  spec.path = "/nowhere/nmap";
  EXPECT_EQ(start_child(spec).error().message,
            "cannot run /nowhere/nmap: No such file or directory");
  spec = shell("");
  spec.cwd = "/nowhere";
  EXPECT_EQ(start_child(spec).error().message,
            "cannot run /bin/sh in /nowhere: No such file or directory");
}

TEST(ChildTest, captured_output_ends_at_the_deadline) {
  base::Result<Output> output =
      run_captured(shell("echo so far; exec sleep 60"), std::chrono::milliseconds(300));
  ASSERT_TRUE(output.ok());
  EXPECT_TRUE(output->timed_out);
  EXPECT_EQ(output->text, "so far\n");
  EXPECT_EQ(output->status, 128 + SIGKILL);
}

}  // namespace
}  // namespace launch
