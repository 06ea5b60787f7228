// An nmap that was started without nsedbg, and attaching to it.
#pragma once

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "dap/scans.h"
#include "launch/attach.h"
#include "launch/process.h"

namespace conversation {

// nmap as any shell would start it, but for the sanitizer that our agent needs in tests.
class PlainNmap {
 public:
  // `wrapper`: a program that becomes nmap, and its arguments.
  PlainNmap(const support::NmapUnderTest& nmap, const std::vector<std::string>& arguments,
            const std::vector<std::string>& wrapper = {}) {
    launch::Environment environment = launch::Environment::current();
    for (const auto& [name, value] : sandbox_.environment()) {
      environment.set(name, value);
      if (name != "LD_PRELOAD") setenv(name.c_str(), value.c_str(), 1);  // for nsedbg's side
    }
    environment.set("NMAPDIR", nmap.data_dir);
    launch::ChildSpec spec;
    spec.argv = wrapper;
    spec.argv.push_back(nmap.path);
    spec.path = spec.argv[0];
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.environment = environment.entries();
    spec.cwd = sandbox_.path();
    auto started = launch::Process::start({std::move(spec)});
    if (!started) throw support::Failure(started.error().text());
    process_.emplace(std::move(*started));
    for (const base::Fd* fd : {&process_->out(), &process_->err()})
      poller_.watch(fd->get(), [this, fd] { drain(fd->get()); });
  }
  PlainNmap(const PlainNmap&) = delete;
  PlainNmap& operator=(const PlainNmap&) = delete;
  ~PlainNmap() {
    if (ended_ || process_->poll_exit()) return;
    kill(pid(), SIGKILL);
    (void)process_->wait();
  }

  pid_t pid() const { return process_->pid(); }
  support::Poller& poller() { return poller_; }
  support::Sandbox& sandbox() { return sandbox_; }

  // As a client of the agent, up to where breakpoints may be set.
  std::unique_ptr<Connection> attach() {
    auto attachment = launch::Attachment::begin(pid());
    if (!attachment) throw support::Failure(attachment.error().text());
    base::Fd socket;
    poller_.watch(attachment->fd(), [&] {
      auto connected = attachment->connect();
      if (!connected) throw support::Failure(connected.error().text());
      socket = std::move(*connected);
    });
    bool came = poller_.wait([&] { return socket.valid(); });
    poller_.forget(attachment->fd());
    if (!came) throw support::Failure("the agent does not come; nmap said:\n" + out_);
    auto client = std::make_unique<Connection>(poller_, std::move(socket), Recorder());
    dap::Initialize::Arguments hello;
    hello.adapterID = "nsedbg";
    client->request<dap::Initialize>(hello);
    client->request<dap::Attach>();
    client->event<dap::InitializedEvent>();
    return client;
  }

  // The agent has left: nothing of ours is there any more.
  void detach(std::unique_ptr<Connection> client) {
    dap::Disconnect::Arguments arguments;
    arguments.terminateDebuggee = false;
    client->request<dap::Disconnect>(arguments);
    client->await_closed();
    if (!eventually([&] { return sandbox_.run_leftovers().empty(); }))
      throw support::Failure("the agent does not leave");
  }

  Ended finish() {
    bool done = eventually([this] {
      if (!ended_) ended_ = process_->poll_exit();
      return ended_ && open_ == 0;
    });
    if (!done) throw support::Failure("nmap does not end; it said:\n" + out_);
    return {*ended_, out_, ""};
  }

  // For what no descriptor tells.
  bool eventually(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      if (!poller_.wait(done, std::chrono::milliseconds(20))) ::poll(nullptr, 0, 20);
    }
    return true;
  }

 private:
  void drain(int fd) {
    char bytes[65536];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n > 0) out_.append(bytes, static_cast<size_t>(n));
    if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) return;
    --open_;
    poller_.forget(fd);
  }

  support::Sandbox sandbox_;
  support::Poller poller_;
  std::optional<launch::Process> process_;
  std::optional<int> ended_;
  std::string out_;
  int open_ = 2;
};

}  // namespace conversation
