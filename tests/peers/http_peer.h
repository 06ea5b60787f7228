// An HTTP server for tests, on a thread of its own: what nmap's http-* scripts talk to.
//
// It answers GET, HEAD, POST and OPTIONS on every path; OPTIONS with an Allow header that has the
// methods http-methods calls risky; the page has a title. It keeps a list of the requests it saw.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace httplib {
class Server;
}

namespace peers {

class HttpPeer {
 public:
  explicit HttpPeer(std::string address = "127.0.0.1", int port = 0);  // port 0: a free one
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  int port() const { return port_; }          // -1: could not listen
  std::vector<std::string> requests() const;  // "OPTIONS /", in the order of arrival

  // Waits until that many requests have come, at most the deadline; false if they have not.
  [[nodiscard]] bool await_requests(size_t count,
                                    std::chrono::seconds deadline = std::chrono::seconds(20));

 private:
  void note(std::string request);

  mutable std::mutex mutex_;  // guards requests_
  std::condition_variable changed_;
  std::vector<std::string> requests_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = -1;
  std::thread thread_;
};

}  // namespace peers
