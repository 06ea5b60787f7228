#include "mobdebug/zerobrane.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lua.hpp>
#include <optional>

namespace testing_mobdebug {

using support::Failure;

namespace {

// The IDE loads what it gets with loadstring.
class Loaded {
 public:
  explicit Loaded(const std::string& chunk) : L_(luaL_newstate()) {
    luaL_openlibs(L_);
    if (luaL_loadbuffer(L_, chunk.data(), chunk.size(), "=reply") != LUA_OK ||
        lua_pcall(L_, 0, 1, 0) != LUA_OK)
      throw Failure("the answer does not load: " + std::string(lua_tostring(L_, -1)) + "\n" +
                    chunk);
    lua_setglobal(L_, "s");
  }
  ~Loaded() { lua_close(L_); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  std::string value(const std::string& expression) {
    std::string chunk = "return tostring(" + expression + ")";
    if (luaL_dostring(L_, chunk.c_str()) != LUA_OK)
      return "error: " + std::string(lua_tostring(L_, -1));
    size_t size;
    const char* text = lua_tolstring(L_, -1, &size);
    return {text, size};
  }

 private:
  lua_State* L_;
};

size_t number_at_end(const std::string& line) {
  return std::stoul(line.substr(line.rfind(' ') + 1));
}

}  // namespace

Ide::Ide(const support::NmapUnderTest& nmap, std::vector<std::string> nmap_arguments,
         Options options) {
  if (options.listen) listen();
  start(nmap, std::move(nmap_arguments), options);
  if (options.listen) accept();
}

Ide::~Ide() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Ide::listen() {
  listener_ = base::Fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  inet_pton(AF_INET, support::address().c_str(), &name.sin_addr);
  socklen_t size = sizeof name;
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&name), size) != 0 ||
      ::listen(listener_.get(), 4) != 0 ||
      getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw Failure("cannot listen on " + support::address());
  port_ = ntohs(name.sin_port);
}

void Ide::start(const support::NmapUnderTest& nmap, std::vector<std::string> nmap_arguments,
                const Options& options) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw Failure("cannot make pipes");
  std::vector<std::string> words = {TEST_NSEDBG, "mobdebug",
                                    "--host",    support::address(),
                                    "--port",    std::to_string(port_ ? port_ : 1)};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  words.insert(words.end(), {"--", nmap.path});
  words.insert(words.end(), nmap_arguments.begin(), nmap_arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    for (const auto& [name, value] : sandbox_.environment()) setenv(name.c_str(), value.c_str(), 1);
    if (!options.cwd.empty() && chdir(options.cwd.c_str()) != 0) _exit(126);
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  exit_event_ = base::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  out_pipe_ = base::Fd(out[0]);
  err_pipe_ = base::Fd(err[0]);
  watch(out[0], out_);
  watch(err[0], err_);
}

void Ide::watch(int fd, std::string& into) {
  pipes_open_[fd] = true;
  poller_.watch(fd, [this, fd, &into] {
    char bytes[65536];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n > 0) return void(into.append(bytes, static_cast<size_t>(n)));
    pipes_open_[fd] = false;
    poller_.forget(fd);
  });
}

std::string Ide::context() const {
  return "; nsedbg wrote:\n" + out_ + err_ + "\nunread: '" + in_ + "'";
}

void Ide::accept() {
  poller_.watch(listener_.get(), [this] {
    socket_ = base::Fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    poller_.forget(listener_.get());
  });
  auto connected = [this] { return socket_.valid(); };
  if (!poller_.wait([&] { return connected() || !pipes_open_[err_pipe_.get()]; }) || !connected())
    throw Failure("nsedbg does not connect" + context());
  poller_.watch(socket_.get(), [this] {
    char bytes[65536];
    ssize_t n = recv(socket_.get(), bytes, sizeof bytes, 0);
    if (n > 0) return void(in_.append(bytes, static_cast<size_t>(n)));
    at_end_ = true;
    poller_.forget(socket_.get());
  });
}

bool Ide::fill(const std::function<bool()>& enough) {
  return poller_.wait([&] { return enough() || at_end_; }) && enough();
}

void Ide::send(const std::string& text) {
  ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

std::string Ide::line() {
  if (!fill([this] { return in_.find('\n') != std::string::npos; }))
    throw Failure("no line comes" + context());
  size_t end = in_.find('\n');
  std::string line = in_.substr(0, end);
  in_.erase(0, end + 1);
  return line;
}

std::string Ide::bytes(size_t count) {
  if (!fill([&] { return in_.size() >= count; })) throw Failure("too few bytes" + context());
  std::string text = in_.substr(0, count);
  in_.erase(0, count);
  return text;
}

std::string Ide::ask(const std::string& command) {
  send(command + "\n");
  return line();
}

std::string Ide::load(const std::string& name, const std::string& text) {
  send("LOAD " + std::to_string(text.size()) + " " + name + "\n" + text);
  return wait_paused();
}

std::string Ide::begin(const std::string& base, const std::vector<std::string>& breakpoints,
                       const std::string& loaded) {
  EXPECT_EQ(ask("BASEDIR " + base), "200 OK");
  EXPECT_EQ(ask("DELB * 0"), "200 OK");
  for (const std::string& place : breakpoints) EXPECT_EQ(ask("SETB " + place), "200 OK");
  return load(loaded, support::read_file(loaded[0] == '/' ? loaded : base + loaded));
}

void Ide::take_output(const std::string& head) { output_ += bytes(number_at_end(head)); }

std::string Ide::wait_paused() {
  for (;;) {
    std::string answer = line();
    if (answer.rfind("204 Output stdout ", 0) == 0) {
      take_output(answer);
    } else if (answer.rfind("401 ", 0) == 0) {
      return answer + "\n" + bytes(number_at_end(answer));
    } else {
      return answer;
    }
  }
}

std::string Ide::go(const std::string& command) {
  EXPECT_EQ(ask(command), "200 OK");
  return wait_paused();
}

void Ide::run_to_end() {
  EXPECT_EQ(ask("RUN"), "200 OK");
  EXPECT_TRUE(closed()) << context();
  while (!in_.empty()) {
    std::string head = line();
    EXPECT_EQ(head.rfind("204 Output stdout ", 0), 0u) << head;
    take_output(head);
  }
}

std::string Ide::exec(const std::string& statement) {
  send("EXEC " + statement + "\n");
  std::string head = wait_paused();
  if (head.rfind("401 Error in Expression ", 0) == 0)
    return "error: " + head.substr(head.find('\n') + 1);
  if (head.rfind("200 OK ", 0) != 0) throw Failure("EXEC was answered: " + head + context());
  Loaded results(bytes(number_at_end(head)));
  return results.value("table.concat(s, ', ')");
}

std::string Ide::eval(const std::string& expression, const std::string& parameters) {
  return exec("return " + expression + (parameters.empty() ? "" : " -- " + parameters));
}

std::string Ide::stack_reply(const std::string& parameters) {
  std::string head = ask("STACK" + (parameters.empty() ? "" : " -- " + parameters));
  if (head.rfind("200 OK ", 0) != 0) throw Failure("STACK was answered: " + head + context());
  return head.substr(7);
}

std::string Ide::stack(const std::string& expression, const std::string& parameters) {
  return Loaded(stack_reply(parameters)).value(expression);
}

bool Ide::closed() {
  return poller_.wait([this] { return at_end_; });
}

void Ide::hang_up() {
  poller_.forget(socket_.get());
  socket_ = base::Fd();
  at_end_ = true;
}

void Ide::interrupt() { kill(pid_, SIGINT); }

void Ide::await_err(const std::string& text) {
  if (!poller_.wait([&] { return err_.find(text) != std::string::npos; }))
    throw Failure("nsedbg does not say '" + text + "'" + context());
}

int Ide::finish() {
  std::optional<int> status;
  poller_.watch(exit_event_.get(), [&] {
    int raw = 0;
    if (waitpid(pid_, &raw, WNOHANG) != pid_) return;
    status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
    pid_ = -1;
    poller_.forget(exit_event_.get());
  });
  bool ended = poller_.wait(
      [&] { return status && !pipes_open_[out_pipe_.get()] && !pipes_open_[err_pipe_.get()]; });
  if (!ended) throw Failure("nsedbg does not end" + context());
  return *status;
}

}  // namespace testing_mobdebug
