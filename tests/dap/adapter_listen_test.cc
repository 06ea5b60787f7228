// `nsedbg dap --listen`: the same sessions, over sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "dap/adapter.h"
#include "dap/scans.h"

namespace conversation {
namespace {

class AdapterListen : public Conversation {};
ON_BOTH_NMAPS(AdapterListen);

base::Fd connect_tcp(int port) {
  base::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(static_cast<uint16_t>(port));
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
    throw support::Failure("cannot connect to port " + std::to_string(port));
  return socket;
}

int port_of(Adapter& a) {
  const std::string announced = "listening on 127.0.0.1:";
  a.await_error(announced);
  a.await_error("\n");
  return std::stoi(a.errors().substr(a.errors().find(announced) + announced.size()));
}

TEST_P(AdapterListen, a_port_is_for_root_and_us_only) {
  if (geteuid() != 0) return;  // only root can be somebody else
  Adapter a(nmap(), {"--listen", "127.0.0.1:0"}, false);
  int port = port_of(a);
  ASSERT_EQ(seteuid(65534), 0);  // the owner of a socket is who made it
  base::Fd stranger = connect_tcp(port);
  ASSERT_EQ(seteuid(0), 0);
  char byte;
  EXPECT_EQ(recv(stranger.get(), &byte, 1, 0), 0);
  a.await_error("a connection of another user was refused");
}

TEST_P(AdapterListen, a_port_serves_one_session_after_the_other) {
  Adapter a(nmap(), {"--listen", "127.0.0.1:0"});
  int port = port_of(a);
  for (int round = 0; round < 2; ++round) {
    a.connect(connect_tcp(port));
    a.launch(a.scan_of(fixture("counter")));
    a.run();
    EXPECT_EQ(a.finish(), 0);
    a.client().request<dap::Disconnect>();
    a.client().await_closed();
  }
  kill(a.pid(), SIGTERM);
  EXPECT_EQ(a.exit_status(), 0);
}

TEST_P(AdapterListen, a_unix_socket_is_ours_alone_and_goes_with_us) {
  support::Sandbox place;
  std::string path = place.path("dap.sock");
  Adapter a(nmap(), {"--listen", "unix:" + path});
  a.await_error("listening on unix:" + path);
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  auto socket = launch::connect_unix(path);
  ASSERT_TRUE(socket && socket->valid());
  a.connect(std::move(*socket));
  a.launch(a.scan_of(fixture("counter")).text("stopOnEntry", "action"));
  a.run();
  a.wait_stopped();
  a.client().vanish();
  EXPECT_TRUE(a.nmap_is_gone());
  kill(a.pid(), SIGTERM);
  EXPECT_EQ(a.exit_status(), 0);
  EXPECT_NE(stat(path.c_str(), &info), 0);
}

TEST_P(AdapterListen, only_the_loopback_and_only_addresses) {
  for (const char* address : {"0.0.0.0:0", "192.0.2.1:4711", "somewhere:1", "127.0.0.1:x", "7"}) {
    Adapter a(nmap(), {"--listen", address});
    EXPECT_EQ(a.exit_status(), 2) << address;
    a.await_error("--listen 127.0.0.1:PORT or");
  }
  Adapter a(nmap(), {"--lisen"});
  EXPECT_EQ(a.exit_status(), 2);
  a.await_error("there is no option '--lisen'; did you mean '--listen'?");
}

}  // namespace
}  // namespace conversation
