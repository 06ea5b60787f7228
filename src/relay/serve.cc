#include "relay/serve.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/text.h"
#include "client/listener.h"
#include "relay/session.h"

namespace relay {
namespace {

constexpr const char* kHelp =
    "usage: nsedbg dap [--listen HOST:PORT | --listen unix:PATH]\n"
    "\n"
    "The debug adapter, for editors: speaks the Debug Adapter Protocol on stdin and stdout, or\n"
    "with --listen to every client that connects. HOST must be a loopback address.\n"
    "docs/dap.md describes the configurations of launch and attach.\n";

int usage_error(const std::string& text) {
  std::fprintf(stderr, "nsedbg dap: %s\n%s", text.c_str(), kHelp);
  return 2;
}

class Service {
 public:
  Service(const client::MakeTarget& make_target, const client::MakeCommands& make_commands)
      : make_target_(make_target), make_commands_(make_commands) {
    ::signal(SIGPIPE, SIG_IGN);
    for (int number : {SIGTERM, SIGINT, SIGHUP})
      signals_.push_back(loop_.on_signal(number, [this] { stop(); }));
  }

  void serve(base::Fd in, base::Fd out) {
    sessions_.push_back(std::make_unique<Session>(loop_, std::move(in), std::move(out),
                                                  make_target_({}), make_commands_(loop_)));
  }

  void listen(client::Listener listener) {
    listener_.emplace(std::move(listener));
    accepting_ = loop_.watch(listener_->fd(), [this] {
      base::Fd client = listener_->accept();
      if (client.valid()) serve(std::move(client), base::Fd());
    });
  }

  void run() {
    while ((accepting_ || !sessions_.empty()) && loop_.run_one()) {
      auto over = [](const std::unique_ptr<Session>& session) { return session->over(); };
      sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(), over), sessions_.end());
    }
  }

 private:
  void stop() {
    accepting_.reset();
    for (const auto& session : sessions_) session->abandon();
  }

  const client::MakeTarget& make_target_;
  const client::MakeCommands& make_commands_;
  client::Loop loop_;
  std::vector<client::Loop::WatchPtr> signals_;
  std::optional<client::Listener> listener_;
  client::Loop::WatchPtr accepting_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

// stdin and stdout carry frames and nothing else: whatever else may write to 1 writes to stderr.
void take_stdio(base::Fd& in, base::Fd& out) {
  in = base::Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  out = base::Fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  base::Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(nothing.get(), STDIN_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
}

int serve_stdio(Service& service) {
  if (::isatty(STDIN_FILENO))
    std::fprintf(stderr, "nsedbg dap: waiting for an editor's messages on stdin; see --help\n");
  base::Fd in, out;
  take_stdio(in, out);
  if (!in.valid() || !out.valid()) return usage_error("stdin and stdout must be open");
  service.serve(std::move(in), std::move(out));
  service.run();
  return 0;
}

int serve_clients(Service& service, const std::string& address) {
  base::Result<client::Listener> listener = client::Listener::open(address, {});
  if (!listener) {
    std::fprintf(stderr, "nsedbg dap: %s\n", listener.error().text().c_str());
    return 2;
  }
  std::fprintf(stderr, "nsedbg dap: listening on %s\n", listener->address().c_str());
  service.listen(std::move(*listener));
  service.run();
  return 0;
}

}  // namespace

int serve(const std::vector<std::string>& arguments, const client::MakeTarget& make_target,
          const client::MakeCommands& make_commands) {
  std::string address;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-h" || word == "--help") return std::fputs(kHelp, stdout), 0;
    if (base::starts_with(word, "--listen=")) {
      address = word.substr(std::string("--listen=").size());
    } else if (word == "--listen" && i + 1 < arguments.size()) {
      address = arguments[++i];
    } else if (word == "--listen") {
      return usage_error("--listen needs an address");
    } else {
      std::string near = base::did_you_mean(word, {"--listen", "--help"});
      return usage_error("there is no option '" + word + "'" + (near.empty() ? "" : "; " + near));
    }
  }
  Service service(make_target, make_commands);
  return address.empty() ? serve_stdio(service) : serve_clients(service, address);
}

}  // namespace relay
