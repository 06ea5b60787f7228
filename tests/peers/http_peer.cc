#include "peers/http_peer.h"

#include <httplib.h>

namespace peers {

namespace {
constexpr char kPage[] = "<html><head><title>A peer</title></head><body>Hello</body></html>\n";
}

HttpPeer::HttpPeer(std::string address, int port) : server_(std::make_unique<httplib::Server>()) {
  const auto page = [](const httplib::Request&, httplib::Response& response) {
    response.set_content(kPage, "text/html");
  };
  server_->Get(".*", page);  // HEAD too
  server_->Post(".*", page);
  server_->Options(".*", [](const httplib::Request&, httplib::Response& response) {
    response.set_header("Allow", "GET, HEAD, POST, OPTIONS, PUT, DELETE");
  });
  server_->set_pre_routing_handler([this](const httplib::Request& request, httplib::Response&) {
    note(request.method + " " + request.path);
    return httplib::Server::HandlerResponse::Unhandled;
  });
  // Not the default, SO_REUSEPORT, which shares taken ports; after another test's peer is gone, its
  // port may be had at once.
  server_->set_socket_options([](int socket) {
    int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server_->set_keep_alive_timeout(1);  // else the destructor waits for idle connections
  if (port == 0) {
    port_ = server_->bind_to_any_port(address);
  } else if (server_->bind_to_port(address, port)) {
    port_ = port;
  }
  if (port_ > 0) thread_ = std::thread([this] { server_->listen_after_bind(); });
}

HttpPeer::~HttpPeer() {
  if (!thread_.joinable()) return;
  // stop() before the thread has begun to listen would be forgotten.
  while (!server_->is_running()) std::this_thread::yield();
  server_->stop();
  thread_.join();
}

void HttpPeer::note(std::string request) {
  {
    std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  changed_.notify_all();
}

std::vector<std::string> HttpPeer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

bool HttpPeer::await_requests(size_t count, std::chrono::seconds deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, deadline, [&] { return requests_.size() >= count; });
}

}  // namespace peers
