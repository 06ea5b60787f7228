// Another user of this machine, and a stranger on a port, get nowhere; and who is in cannot harm
// the scan by what it sends (docs/security.md).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <filesystem>
#include <functional>

#include "e2e/run.h"
#include "peers/http_peer.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
constexpr uid_t kNobody = 65534;

// What another user's process makes of it: its errno, or 0.
int as_nobody(const std::function<bool()>& attempt) {
  pid_t child = fork();
  if (child == 0) {
    if (setgid(kNobody) != 0 || setresuid(kNobody, kNobody, kNobody) != 0) _exit(255);
    errno = 0;
    _exit(attempt() ? 0 : errno);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

base::Fd connect_unix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  base::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) fd.reset();
  return fd;
}

std::string port_of(const std::string& output) {
  const std::string mark = "listening on 127.0.0.1:";
  return std::to_string(atoi(output.c_str() + output.find(mark) + mark.size()));
}

base::Fd connect_tcp(const std::string& output) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(std::stoi(port_of(output))));
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  base::Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) fd.reset();
  return fd;
}

void say(const base::Fd& to, const std::string& text) {
  (void)!send(to.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

// Up to the end of the connection, which must come.
std::string hear(const base::Fd& from) {
  timeval patience{60, 0};
  setsockopt(from.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string heard;
  char bytes[4096];
  ssize_t n;
  while ((n = recv(from.get(), bytes, sizeof bytes, 0)) > 0)
    heard.append(bytes, static_cast<size_t>(n));
  return n == 0 || errno == ECONNRESET ? heard : heard + " (and no end)";
}

std::string frame(const std::string& json) {
  return "Content-Length: " + std::to_string(json.size()) + "\r\n\r\n" + json;
}

const char* const kHello =
    R"({"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}})";

class Strangers : public EndToEnd {
 protected:
  Words scan() const {
    return {nmap().path,
            "-n",
            "-Pn",
            "--script",
            "+http-title",
            "-p",
            std::to_string(http_.port()),
            support::address()};
  }
  std::unique_ptr<Process> start(Words words) {
    Words all = scan();
    words.insert(words.end(), all.begin(), all.end());
    return std::make_unique<Process>(sandbox_, sandbox_.path(), words);
  }
  std::string socket_path() const {
    for (const auto& entry : fs::recursive_directory_iterator(sandbox_.path("run")))
      if (entry.path().filename() == "agent.sock") return entry.path();
    return "";
  }

  // A port with a token.
  void serve() {
    server_ = start({TEST_NSEDBG, "serve", "--token-file", token_file(), "--"});
    ASSERT_TRUE(server_->prints("listening on 127.0.0.1:")) << server_->output();
    while (server_->output().back() != '\n' && server_->prints("\n")) {
    }
  }
  std::string token_file() const { return sandbox_.path("token"); }
  base::Fd come() const { return connect_tcp(server_->output()); }
  // Who knows the token.
  base::Fd enter() const {
    base::Fd one = come();
    say(one, "nsedbg " + sandbox_.read("token"));
    char answer[4] = "";
    EXPECT_EQ(recv(one.get(), answer, 3, MSG_WAITALL), 3);
    EXPECT_STREQ(answer, "ok\n");
    return one;
  }

  peers::HttpPeer http_{support::address()};
  std::unique_ptr<Process> server_;
};
ON_BOTH_NMAPS(Strangers);

TEST_P(Strangers, another_user_reaches_nothing_of_a_run) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  auto nsedbg = start({TEST_NSEDBG, "run", "-b", "http-title:action", "--"});
  ASSERT_TRUE(nsedbg->prints("Breakpoint 1, http-title")) << nsedbg->output();
  std::string socket = socket_path(), run = fs::path(socket).parent_path();
  for (const char* open : {"", "run"}) chmod(sandbox_.path(open).c_str(), 0777);
  EXPECT_EQ(as_nobody([&] { return connect_unix(socket).valid(); }), EACCES);
  for (const std::string& path : {run, run + "/overlay", run + "/overlay/nse_main.lua"}) {
    EXPECT_EQ(as_nobody([&] { return access(path.c_str(), F_OK) == 0; }), EACCES) << path;
    EXPECT_EQ(as_nobody([&] { return rename(path.c_str(), "/tmp/x") == 0; }), EACCES) << path;
  }
  // Even where all doors are open: the kernel says who comes.
  for (const std::string& path : {std::string(fs::path(run).parent_path()), run, socket})
    chmod(path.c_str(), 0777);
  EXPECT_EQ(as_nobody([&] {
              base::Fd agent = connect_unix(socket);
              say(agent, frame(kHello));
              return agent.valid() && hear(agent).empty();
            }),
            0);
  chmod(sandbox_.path("").c_str(), 0700);
  nsedbg->type("continue");
  EXPECT_EQ(nsedbg->finish(), 0) << nsedbg->output();
  EXPECT_TRUE(contains(nsedbg->output(), "Nmap done")) << nsedbg->output();
}

TEST_P(Strangers, nothing_of_ours_is_made_where_others_could_replace_it) {
  std::string place = sandbox_.make_directory("open");
  chmod(place.c_str(), 0777);
  Finished session = run(
      debugged({"-b", "http-title:action", "-ex", "info scan"},
               {"-p", std::to_string(http_.port()), "--script", "+http-title", support::address()}),
      "", {"XDG_RUNTIME_DIR=" + place});
  EXPECT_EQ(session.status, 0) << session.output;
  EXPECT_TRUE(contains(session.output, "Breakpoint 1, http-title")) << session.output;
  EXPECT_TRUE(fs::is_empty(place));
}

// Many who say nothing, and some who guess: one who knows the token is not kept waiting.
TEST_P(Strangers, on_a_port_keep_nobody_out) {
  serve();
  std::vector<base::Fd> others;
  for (int i = 0; i < 40; ++i) others.push_back(come());
  for (int i = 0; i < 20; ++i) {
    others.push_back(come());
    say(others.back(), "nsedbg " + std::string(64, 'b') + "\n");
  }
  EXPECT_TRUE(enter().valid());
}

// With the token one is in; what is no message ends that connection, and neither nmap nor the
// others'.
TEST_P(Strangers, who_is_in_and_sends_garbage_harms_nobody) {
  serve();
  const std::string garbage[] = {
      std::string(5000, 'A') + "\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
      "Content-Length: 70000000\r\n\r\n", "Content-Length: -1\r\n\r\n{}"};
  for (const std::string& text : garbage) {
    base::Fd one = enter();
    say(one, text);
    EXPECT_EQ(hear(one), "") << text.substr(0, 40);
  }
  base::Fd deep = enter();
  say(deep, frame(std::string(200'000, '[')));
  shutdown(deep.get(), SHUT_WR);
  EXPECT_TRUE(contains(hear(deep), "malformed message"));
  Finished session = run({TEST_NSEDBG, "connect", "127.0.0.1:" + port_of(server_->output()),
                          "--batch", "--no-init", "--token-file", token_file(), "-ex", "run"});
  EXPECT_EQ(session.status, 0) << session.output;
  EXPECT_EQ(server_->finish(), 0) << server_->output();
  EXPECT_TRUE(contains(server_->output(), "Nmap done")) << server_->output();
}

}  // namespace
}  // namespace e2e
