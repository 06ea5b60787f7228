// `nsedbg dap` attached to a scan on another machine (`nsedbg serve`), where files have other
// paths.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dap/adapter.h"
#include "dap/scans.h"

namespace conversation {
namespace {

constexpr int kNoMount = 126;

// Another machine, as far as files go: `from` is called `to`, there only.
bool see_as(const std::string& from, const std::string& to) {
  return unshare(CLONE_NEWNS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0;
}

// `nsedbg serve` with a scan of counter.nse, which is in the folder `to` there and in `from` here.
class Server {
 public:
  Server(support::Poller& poller, const support::NmapUnderTest& nmap, const std::string& from,
         const std::string& to)
      : poller_(poller) {
    std::string script = to + "/counter.nse";
    std::vector<std::string> words = {TEST_NSEDBG, "serve",    "--token-file", token_file(),
                                      "--",        nmap.path,  "-n",           "-sn",
                                      "-Pn",       "--script", script,         address()};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int said[2];
    if (pipe2(said, O_CLOEXEC) != 0) throw support::Failure("cannot make a pipe");
    pid_ = fork();
    if (pid_ == 0) {
      for (const auto& [name, value] : there_.environment()) setenv(name.c_str(), value.c_str(), 1);
      if (!see_as(from, to)) _exit(kNoMount);
      dup2(said[1], 1);
      dup2(said[1], 2);
      execv(argv[0], argv.data());
      _exit(127);
    }
    ::close(said[1]);
    said_ = base::Fd(said[0]);
    exit_event_ = base::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    poller_.watch(said_.get(), [this] { read_some(); });
  }

  ~Server() {
    poller_.forget(said_.get());
    if (pid_ < 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }

  int port() {
    const std::string mark = "listening on 127.0.0.1:";
    auto heard = [&] { return text_.find('\n', text_.find(mark)) != std::string::npos; };
    if (!poller_.wait([&] { return text_.find(mark) != std::string::npos && heard(); }))
      throw support::Failure("nsedbg serve does not listen:\n" + text_);
    return std::stoi(text_.substr(text_.find(mark) + mark.size()));
  }

  // nmap's exit status, when the scan is over.
  int status() {
    int raw = -1;
    poller_.watch(exit_event_.get(), [&] {
      if (waitpid(pid_, &raw, WNOHANG) == pid_) pid_ = -1;
    });
    bool ended = poller_.wait([&] { return pid_ < 0; });
    poller_.forget(exit_event_.get());
    if (!ended) throw support::Failure("nsedbg serve does not end:\n" + text_);
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }

  std::string token_file() const { return there_.path("token"); }
  std::string token() const {
    std::string text = there_.read("token");
    return text.substr(0, text.find('\n'));
  }
  const std::string& output() const { return text_; }

 private:
  void read_some() {
    char bytes[4096];
    ssize_t n = read(said_.get(), bytes, sizeof bytes);
    if (n > 0) return void(text_.append(bytes, static_cast<size_t>(n)));
    poller_.forget(said_.get());
  }

  support::Poller& poller_;
  support::Sandbox there_;
  pid_t pid_ = -1;
  base::Fd said_, exit_event_;
  std::string text_;
};

class AdapterRemote : public Conversation {
 protected:
  std::string there() const { return place_.path("there"); }
  std::string script_here() const {
    return place_.write("here/counter.nse", support::read_file(fixture("counter")));
  }
  static Attributes by_token(Server& server) {
    Attributes attributes;
    return attributes.text("host", "127.0.0.1")
        .json("port", std::to_string(server.port()))
        .text("token", server.token());
  }
  static dap::SetBreakpoints::Arguments no_breakpoints(const std::string& path) {
    dap::SetBreakpoints::Arguments none;
    none.source.path = path;
    none.breakpoints.emplace();
    return none;
  }
  void SetUp() override {
    Conversation::SetUp();
    for (const char* folder : {"there", "theirs", "here"}) place_.make_directory(folder);
    place_.write("theirs/counter.nse", support::read_file(fixture("counter")));
  }
  std::string theirs() const { return place_.path("theirs"); }

  support::Sandbox place_;
};
ON_BOTH_NMAPS(AdapterRemote);

TEST_P(AdapterRemote, a_scan_elsewhere_is_debugged_in_the_file_that_is_here) {
  Adapter a(nmap());
  std::string here = script_here();
  Server server(a.poller(), nmap(), theirs(), there());
  a.attach(by_token(server));
  EXPECT_EQ(a.client().event<dap::ProcessEvent>().startMethod, "attach");
  int line = fixture_line("counter", "local square");
  EXPECT_FALSE(a.set_breakpoint(here, line).verified);  // nothing is loaded yet
  a.run();

  Stop stop = a.wait_stopped();
  auto verified = a.client().event<dap::BreakpointEvent>(
      [](const dap::BreakpointEvent& event) { return event.breakpoint.verified; });
  EXPECT_EQ(verified.breakpoint.source->path, here);
  dap::StackFrame top = a.top(stop);
  EXPECT_EQ(top.line, line);
  EXPECT_EQ(top.source->path, here);
  EXPECT_FALSE(top.source->sourceReference);
  EXPECT_EQ(a.print(stop, "i"), "1");

  a.client().request<dap::SetBreakpoints>(no_breakpoints(here));
  a.resume(stop);
  EXPECT_EQ(server.status(), 0) << server.output();
  EXPECT_HAS(server.output(), "counter: sum 385");
  a.client().event<dap::TerminatedEvent>();
}

TEST_P(AdapterRemote, a_file_that_is_not_here_is_shown_as_nmap_has_it) {
  Adapter a(nmap());
  Server server(a.poller(), nmap(), theirs(), there());
  a.attach(by_token(server).text("stopOnEntry", "action"));
  a.run();
  dap::Source source = *a.top(a.wait_stopped()).source;
  EXPECT_EQ(source.path, there() + "/counter.nse");
  ASSERT_TRUE(source.sourceReference);
  dap::SourceRequest::Arguments wanted;
  wanted.sourceReference = *source.sourceReference;
  EXPECT_EQ(a.client().request<dap::SourceRequest>(wanted).content,
            support::read_file(fixture("counter")));
  a.client().request<dap::Disconnect>();
  EXPECT_EQ(server.status(), 0) << server.output();
}

TEST_P(AdapterRemote, pathMappings_go_before_the_content) {
  Adapter a(nmap());
  std::string here = script_here();
  Server server(a.poller(), nmap(), theirs(), there());
  a.attach(by_token(server).json("pathMappings",
                                 "[{\"localRoot\":\"/mine\",\"remoteRoot\":\"" + there() + "\"}]"));
  a.set_breakpoint("/mine/counter.nse", fixture_line("counter", "local square"));
  a.run();
  Stop stop = a.wait_stopped();
  EXPECT_EQ(a.top(stop).source->path, "/mine/counter.nse");
  a.client().request<dap::Disconnect>();
  EXPECT_EQ(server.status(), 0) << server.output();
}

TEST_P(AdapterRemote, a_wrong_token_is_an_error_and_the_right_one_still_opens) {
  Adapter a(nmap());
  Server server(a.poller(), nmap(), theirs(), there());
  a.initialize();
  Attributes wrong;
  wrong.json("port", std::to_string(server.port())).text("token", std::string(64, 'a'));
  EXPECT_HAS(a.client().error_of(a.client().post_json("attach", wrong.object())), "wrong token");
  Attributes by_file;
  by_file.json("port", std::to_string(server.port())).text("tokenFile", server.token_file());
  a.attach(by_file.text("stopOnEntry", "action"));
  a.run();
  EXPECT_EQ(a.top(a.wait_stopped()).name, "action");
  EXPECT_HAS(a.client().error<dap::Restart>(), "only what was launched");
  a.client().request<dap::Disconnect>();  // an attached scan goes on
  EXPECT_EQ(server.status(), 0) << server.output();
}

}  // namespace
}  // namespace conversation
