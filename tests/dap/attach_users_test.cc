// Attaching across users: root may enter everybody's nmap, and nobody else another's.
#include <sys/wait.h>

#include "dap/plain_nmap.h"
#include "launch/running_nmap.h"

namespace conversation {
namespace {

constexpr uid_t kNobody = 65534;

class AttachUsers : public Conversation {
 protected:
  std::vector<std::string> scan() const { return port_scan(fixture("echo")); }
  void open_gates() {
    peer.open_gate();
    peer.open_gate();
  }
  peers::TcpPeer peer{{peers::expect("\n"), peers::gate(), peers::send("answer\n")}, at(address())};
};
ON_BOTH_NMAPS(AttachUsers);

// What `speak` returns, said by another user of this machine.
std::string as_nobody(const std::function<std::string()>& speak) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  pid_t child = fork();
  if (child == 0) {
    bool changed = setgid(kNobody) == 0 && setresuid(kNobody, kNobody, kNobody) == 0;
    std::string text = changed ? speak() : "cannot become nobody";
    [[maybe_unused]] ssize_t n = write(ends[1], text.data(), text.size());
    _exit(0);
  }
  close(ends[1]);
  std::string text;
  char bytes[4096];
  for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<size_t>(n));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return text;
}

TEST_P(AttachUsers, another_users_nmap_is_not_entered) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  PlainNmap running(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate());
  std::string said =
      as_nobody([&] { return launch::Attachment::begin(running.pid()).error().text(); });
  EXPECT_HAS(said, "process " + std::to_string(running.pid()) +
                       " (nmap) may not be traced: it is root's\n  sudo nsedbg attach " +
                       std::to_string(running.pid()));
  open_gates();
  EXPECT_EQ(running.finish().status, 0);
}

TEST_P(AttachUsers, root_enters_another_users_nmap) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may";
  std::string agents;
  for (const auto& [name, value] : support::Sandbox().environment())
    if (name == "NSEDBG_AGENT_DIR") agents = value;
  if (as_nobody([&] { return access(agents.c_str(), X_OK) == 0 ? "yes" : "no"; }) != "yes")
    GTEST_SKIP() << "others cannot read " << agents;
  PlainNmap running(nmap(), scan(),
                    {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  ASSERT_TRUE(peer.await_at_gate());
  auto client = running.attach();
  client->request<dap::ConfigurationDone>();
  EXPECT_EQ(client->request<dap::Threads>().threads.size(), 2u);
  EXPECT_EQ(geteuid(), 0u);
  running.detach(std::move(client));
  open_gates();
  Ended end = running.finish();
  EXPECT_EQ(end.status, 0) << end.out;
  EXPECT_HAS(end.out, "echo: answer\n|_answer");
}

TEST_P(AttachUsers, one_of_several_is_named_by_its_command_line) {
  PlainNmap one(nmap(), scan()), other(nmap(), scan());
  ASSERT_TRUE(peer.await_at_gate(2));
  auto both = launch::find_running_nmap(address());
  ASSERT_FALSE(both.ok());
  EXPECT_HAS(both.error().text(), "there are 2 nmaps with '" + address() +
                                      "' in their command line\n  give the PID of one:\n  ");
  for (pid_t pid : {one.pid(), other.pid()})
    EXPECT_HAS(both.error().text(), "\n  " + std::to_string(pid) + "  ");
  for (int i = 0; i < 2; ++i) open_gates();
  EXPECT_EQ(one.finish().status, 0);
  EXPECT_EQ(other.finish().status, 0);
}

}  // namespace
}  // namespace conversation
