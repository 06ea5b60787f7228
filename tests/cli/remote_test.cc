// nsedbg serve and nsedbg connect: a scan here, the debugger elsewhere; and strangers on the port.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/fd.h"
#include "cli/session_fixture.h"

namespace testing_cli {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Remote : public SessionTest {
 protected:
  // nmap with the agent, behind a port of the kernel's choice.
  void serve(std::vector<std::string> options = {}) {
    std::vector<std::string> argv = {TEST_NSEDBG, "serve", "--token-file", token_file()};
    argv.insert(argv.end(), options.begin(), options.end());
    for (const char* word : {"--", "nmap", "-n", "-Pn", "-p"}) argv.push_back(word);
    argv.insert(argv.end(), {port(), "--script", "+http-methods", "127.0.0.1"});
    server_ = std::make_unique<Terminal>(argv, environment());
    ASSERT_TRUE(server_->sees("listening on 127.0.0.1:")) << server_->screen();
    ASSERT_TRUE(server_->sees("\n"));
    std::string screen = server_->screen();
    std::string_view mark = "listening on 127.0.0.1:";
    address_ = "127.0.0.1:" + screen.substr(screen.find(mark) + mark.size(), 5);
    while (!std::isdigit(static_cast<unsigned char>(address_.back()))) address_.pop_back();
  }

  Finished connect(std::vector<std::string> options, const std::string& token) const {
    std::vector<std::string> argv = {TEST_NSEDBG, "connect",      address_, "--batch",
                                     "--no-init", "--token-file", token};
    argv.insert(argv.end(), options.begin(), options.end());
    return run_program(argv, environment());
  }

  std::string token_file() const { return home_ + "/token"; }
  std::string token() const {
    std::string text = read_all(token_file());
    return text.substr(0, text.find('\n'));
  }

  // A stranger on the port: says something, and hears until the door is shut.
  std::string stranger(const std::string& words) const {
    base::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port =
        htons(static_cast<uint16_t>(std::stoi(address_.substr(address_.find(':') + 1))));
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) return "refused";
    EXPECT_EQ(::send(fd.get(), words.data(), words.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(words.size()));
    std::string heard;
    char bytes[4096];
    for (ssize_t n; (n = ::recv(fd.get(), bytes, sizeof bytes, 0)) > 0;)
      heard.append(bytes, static_cast<size_t>(n));
    return heard;
  }

  std::unique_ptr<Terminal> server_;
  std::string address_;
};

TEST_F(Remote, AWholeSessionByAPort) {
  serve();
  Finished session = connect(
      {"-ex", "break http-methods:action", "-ex", "run", "-ex", "print host.ip", "-ex", "continue"},
      token_file());
  EXPECT_EQ(session.status, 0) << session.err;
  EXPECT_TRUE(in_order(session.out, {"nmap waits: 'run' lets it go", "Breakpoint 1",
                                     "host.ip = \"127.0.0.1\"", "[nmap ended]"}));
  EXPECT_TRUE(server_->sees("Nmap done"));
  EXPECT_EQ(server_->status(), 0) << server_->screen();
}

TEST_F(Remote, AWrongTokenOpensNothingAndTheRightOneStillDoes) {
  serve();
  std::string wrong = home_ + "/wrong";
  std::ofstream(wrong) << std::string(64, 'a') << "\n";
  ::chmod(wrong.c_str(), 0600);
  Finished refused = connect({"-ex", "run"}, wrong);
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(contains(refused.err, "does not let us in: no: wrong token")) << refused.err;
  std::string dap =
      R"({"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}})";
  EXPECT_EQ(stranger("Content-Length: " + std::to_string(dap.size()) + "\r\n\r\n" + dap + "\n"),
            "no: wrong token\n");
  EXPECT_EQ(stranger(std::string(5000, 'A')), "no: wrong token\n");
  EXPECT_EQ(connect({"-ex", "run"}, token_file()).status, 0);
  EXPECT_EQ(server_->status(), 0) << server_->screen();
}

TEST_F(Remote, ATokenThatOthersCanReadIsRefused) {
  serve();
  ::chmod(token_file().c_str(), 0644);
  Finished refused = connect({"-ex", "run"}, token_file());
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(contains(refused.err, "is not yours alone")) << refused.err;
}

// What every user of a machine may read, and what nmap's children get.
TEST_F(Remote, TheTokenIsInNoCommandLineLogOrChild) {
  serve();
  namespace fs = std::filesystem;
  ASSERT_GE(token().size(), 32u);
  int nmaps = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    EXPECT_FALSE(contains(read_all(entry.path() / "cmdline"), token())) << name;
    if (read_all(entry.path() / "comm") != "nmap\n") continue;
    std::string environment = read_all(entry.path() / "environ");
    if (!contains(environment, home_)) continue;
    ++nmaps;
    EXPECT_FALSE(contains(environment, token()));
    EXPECT_FALSE(contains(environment, "NSEDBG_")) << environment;
  }
  EXPECT_EQ(nmaps, 1);
  EXPECT_FALSE(contains(server_->screen(), token()));
  EXPECT_EQ(connect({"-ex", "run"}, token_file()).status, 0);
}

TEST_F(Remote, MistakesAreNamed) {
  Finished none = run_program({TEST_NSEDBG, "connect"}, environment());
  EXPECT_EQ(none.status, 2);
  EXPECT_TRUE(contains(none.err, "connect to which address?")) << none.err;
  Finished bad = run_program({TEST_NSEDBG, "connect", "nowhere", "--batch"}, environment());
  EXPECT_EQ(bad.status, 2);
  EXPECT_TRUE(contains(bad.err, "'nowhere' is no address\n  HOST:PORT, or unix:PATH")) << bad.err;
  Finished token = run_program({TEST_NSEDBG, "connect", "127.0.0.1:1", "--batch"}, environment());
  EXPECT_EQ(token.status, 2);
  EXPECT_TRUE(contains(token.err, "a token is needed for 127.0.0.1:1")) << token.err;
}

}  // namespace
}  // namespace testing_cli
