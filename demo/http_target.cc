// usage: http_target [PORT]
//
// The web server that the demo scans: loopback only, a free port if PORT is missing, 0 or taken.
// Its first line of output is `listening 127.0.0.1:PORT`. It ends when its stdin does, so that it
// cannot outlive the script that started it, or on SIGTERM.
#include <httplib.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

constexpr char kAddress[] = "127.0.0.1";
constexpr char kPage[] =
    "<html><head><title>nsedbg demo target</title></head><body>Scan me.</body></html>\n";

void add_routes(httplib::Server& server) {
  const auto page = [](const httplib::Request&, httplib::Response& response) {
    response.set_content(kPage, "text/html");
  };
  server.Get(".*", page);  // HEAD too
  server.Post(".*", page);
  server.Options(".*", [](const httplib::Request&, httplib::Response& response) {
    response.set_header("Allow", "GET, HEAD, POST, OPTIONS, PUT, DELETE");
  });
}

// httplib's default is SO_REUSEPORT, with which a port taken by another target looks free.
void reuse_address_only(int socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

void wait_for_end_of_input() {
  char buffer[64];
  while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  httplib::Server server;
  add_routes(server);
  server.set_socket_options(reuse_address_only);
  int port = argc > 1 ? std::atoi(argv[1]) : 0;
  if (port <= 0 || !server.bind_to_port(kAddress, port)) port = server.bind_to_any_port(kAddress);
  if (port <= 0) {
    std::fprintf(stderr, "http_target: cannot listen on %s\n", kAddress);
    return 1;
  }
  std::printf("listening %s:%d\n", kAddress, port);
  std::fflush(stdout);
  std::thread([] {
    wait_for_end_of_input();
    _exit(0);
  }).detach();
  return server.listen_after_bind() ? 0 : 1;
}
