#include "remote/serve.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

#include "base/safe_directory.h"
#include "client/listener.h"
#include "client/token.h"
#include "remote/gate.h"
#include "remote/options.h"
#include "remote/pump.h"

namespace remote {
namespace {

constexpr size_t kMostClients = 8;  // the agent itself takes 16, ours among them

void say(const std::string& text) { std::fprintf(stderr, "nsedbg serve: %s\n", text.c_str()); }

void put(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(to, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return;
    if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
  }
}

class Service {
 public:
  Service(std::unique_ptr<client::Target> target, client::Listener listener, std::string token,
          std::string socket)
      : target_(std::move(target)),
        listener_(std::move(listener)),
        socket_(std::move(socket)),
        gate_(loop_, std::move(token), {}, [this](base::Fd client) { admit(std::move(client)); }) {
    ::signal(SIGPIPE, SIG_IGN);
    accepting_ = loop_.watch(listener_.fd(), [this] { gate_.arrive(listener_.accept()); });
    for (int number : {SIGINT, SIGTERM, SIGHUP})
      signals_.push_back(loop_.on_signal(number, [this, number] { on_signal(number); }));
  }

  base::Status start(const std::vector<std::string>& nmap) {
    client::Target::Options options;
    options.nmap = nmap;
    options.terminal = ::isatty(STDOUT_FILENO);
    options.patient = true;
    base::Result<client::Target::Process> process = target_->start(options);
    if (!process) return process.take_error();
    for (const std::string& warning : process->warnings) say(warning);
    running_ = true;
    copy(out_, process->out, STDOUT_FILENO);
    copy(err_, process->err, STDERR_FILENO);
    exit_ = loop_.watch(process->exit_event, [this] { check_exit(); });
    if (!exit_) exit_ = loop_.on_signal(SIGCHLD, [this] { check_exit(); });
    ready_ = loop_.watch(target_->ready_fd(), [this] { join_all(); });
    return base::ok();
  }

  int run() {
    check_exit();
    while (!status_ && loop_.run_one()) {
    }
    return status_.value_or(1);
  }

 private:
  struct Stream {
    int from = -1, to = -1;
    client::Loop::WatchPtr watch;
  };

  void copy(Stream& stream, int from, int to) {
    stream.from = from;
    stream.to = to;
    stream.watch = loop_.watch(from, [this, &stream] { copy_some(stream); });
  }

  // False when there is nothing more to read now.
  bool copy_some(Stream& stream) {
    char bytes[16384];
    ssize_t n = stream.from < 0 ? 0 : ::read(stream.from, bytes, sizeof bytes);
    if (n > 0) return put(stream.to, {bytes, static_cast<size_t>(n)}), true;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    stream.watch.reset();  // the end; a pseudo-terminal says EIO
    stream.from = -1;
    return false;
  }

  void admit(base::Fd client) {
    if (clients() >= kMostClients) return say("one client too many was sent away");
    waiting_.push_back(std::move(client));
    join_all();
  }

  size_t clients() const { return waiting_.size() + pumps_.size(); }

  // A client that comes before the agent is there waits for it.
  void join_all() {
    while (!waiting_.empty()) {
      base::Result<base::Fd> agent =
          socket_.empty() ? target_->connect() : target_->connect_to(socket_);
      if (!agent) {
        say(agent.error().text());
        waiting_.clear();
        if (!socket_.empty()) status_ = 1;
        return;
      }
      if (!agent->valid()) return;
      join(std::move(waiting_.front()), std::move(*agent));
      waiting_.erase(waiting_.begin());
    }
  }

  void join(base::Fd client, base::Fd agent) {
    say("a client has come");
    int number = ++last_pump_;
    pumps_[number] = std::make_unique<Pump>(loop_, std::move(client), std::move(agent), [=, this] {
      pumps_.erase(number);
      say("a client has left");
    });
  }

  void on_signal(int number) {
    if (running_) return target_->signal(number == SIGHUP ? SIGINT : number);
    status_ = 128 + number;
  }

  void check_exit() {
    if (!running_) return;
    std::optional<int> status = target_->poll_exit();
    if (!status) return;
    while (copy_some(out_)) {
    }
    while (copy_some(err_)) {
    }
    target_->finished();
    status_ = status;
  }

  client::Loop loop_;
  std::unique_ptr<client::Target> target_;
  client::Listener listener_;
  std::string socket_;
  Gate gate_;
  client::Loop::WatchPtr accepting_, exit_, ready_;
  std::vector<client::Loop::WatchPtr> signals_;
  Stream out_, err_;
  bool running_ = false;
  std::vector<base::Fd> waiting_;
  std::map<int, std::unique_ptr<Pump>> pumps_;
  int last_pump_ = 0;
  std::optional<int> status_;
};

struct Secret {
  std::string token;
  std::string file;  // that we have made, and remove
};

// Where a token that we make goes: a private directory of its own.
base::Result<std::string> make_place() {
  for (const char* place : {static_cast<const char*>(std::getenv("XDG_RUNTIME_DIR")), "/tmp"}) {
    if (!place || *place != '/' || !base::is_safe_directory(place)) continue;
    std::string path = std::string(place) + "/nsedbg.XXXXXX";
    if (::mkdtemp(path.data())) return path + "/token";
  }
  return base::fail("there is no safe place for a token in $XDG_RUNTIME_DIR or /tmp",
                    "name a file that is yours alone: --token-file FILE");
}

base::Result<Secret> secret_for(const Options& options) {
  bool is_there = ::access(options.token_file.c_str(), F_OK) == 0;
  if (is_there || options.token_file.empty()) {
    base::Result<std::string> given = client::find_token(options.token_file);
    if (!given) return given.take_error();
    if (!given->empty()) return Secret{*given, ""};
  }
  base::Result<std::string> file = options.token_file.empty() ? make_place() : options.token_file;
  if (!file) return file.take_error();
  base::Result<std::string> token = client::make_token();
  if (!token) return token.take_error();
  base::Status written = client::write_token_file(*file, *token);
  if (!written) return written.take_error();
  say("the token is in " + *file);
  return Secret{*token, options.token_file.empty() ? *file : ""};
}

void forget(const Secret& secret) {
  if (secret.file.empty()) return;
  ::unlink(secret.file.c_str());
  ::rmdir(secret.file.substr(0, secret.file.rfind('/')).c_str());
}

int fail(const base::Error& error) {
  say(error.text());
  return error.exit_code;
}

int run(const Options& options, const Secret& secret, std::unique_ptr<client::Target> target) {
  base::Result<client::Listener> listener = client::Listener::open(
      options.bind + ":" + options.port, {"--bind", client::Listener::Guard::kSecret});
  if (!listener) return fail(listener.error());
  if (!listener->only_loopback())
    say("warning: other machines can reach " + listener->address() +
        ", and what goes over the network there is not encrypted; ssh -L is safer");
  std::string address = listener->address();
  Service service(std::move(target), std::move(*listener), secret.token, options.socket);
  if (!options.nmap.empty())
    if (base::Status started = service.start(options.nmap); !started) return fail(started.error());
  say("listening on " + address);
  return service.run();
}

}  // namespace

int serve(const std::vector<std::string>& arguments, const client::MakeTarget& make_target) {
  base::Result<Options> options = parse_serve(arguments);
  if (!options) return fail(options.error());
  if (options->help) return std::fputs(kServeHelp, stdout), 0;
  base::Result<Secret> secret = secret_for(*options);
  if (!secret) return fail(secret.error());
  int status = run(*options, *secret, make_target({}));
  forget(*secret);
  return status;
}

}  // namespace remote
