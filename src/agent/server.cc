#include "agent/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

#include "agent/log.h"

namespace agent {
namespace {

// What epoll tells apart; clients are known by their ids, which begin at 1.
constexpr unsigned long long kListenerId = 0;
constexpr unsigned long long kWakeId = ~0ull;

// How long a waiting main thread looks again before it sleeps: about what falling asleep and being
// woken costs, so that it at most doubles the price (competitive spinning: Karlin et al., 1991). A
// client that steps answers sooner.
constexpr long kSpinNanoseconds = 50'000;

long long now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

void signal_event(const base::Fd& event) {
  uint64_t one = 1;
  [[maybe_unused]] ssize_t n = ::write(event.get(), &one, sizeof one);
}

void drain_event(const base::Fd& event) {
  uint64_t count;
  [[maybe_unused]] ssize_t n = ::read(event.get(), &count, sizeof count);
}

bool watch_fd(const base::Fd& epoll, int operation, int fd, unsigned events,
              unsigned long long id) {
  epoll_event event;
  event.events = events;
  event.data.u64 = id;
  return epoll_ctl(epoll.get(), operation, fd, &event) == 0;
}

// Looks for a while, then sleeps. On one processor nobody could answer while we look.
void poll_eagerly(std::vector<pollfd>& polled, void (*idle)()) {
  static const bool alone = sysconf(_SC_NPROCESSORS_ONLN) < 2;
  long long end = alone ? 0 : now() + kSpinNanoseconds;
  do {
    if (::poll(polled.data(), polled.size(), 0) > 0) return;
  } while (now() < end);
  idle();
  ::poll(polled.data(), polled.size(), -1);
}

bool fill_address(const std::string& path, sockaddr_un& address) {
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

base::Fd listen_on(const std::string& path, mode_t mode) {
  sockaddr_un address;
  if (!fill_address(path, address)) return {};
  base::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return {};
  mode_t before = umask(0777 & ~mode);
  int bound = bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0 || listen(fd.get(), 8) != 0) return {};
  return fd;
}

bool peer_allowed(int fd, unsigned allow_uid) {
  ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid() || peer.uid == allow_uid;
}

}  // namespace

Server& server() {
  // Never destroyed: the I/O thread may still run while the process exits.
  static Server* one = new Server;
  return *one;
}

base::Status Server::start(const std::string& socket_path, mode_t mode, unsigned allow_uid,
                           Callbacks callbacks) {
  path_ = socket_path;
  callbacks_ = callbacks;
  allow_uid_ = allow_uid;
  std::string temporary = socket_path + ".new";
  listener_ = listen_on(temporary, mode);
  // Under sudo we are root and the client is not.
  if (geteuid() == 0 && allow_uid != 0) [[maybe_unused]]
    int ignored = lchown(temporary.c_str(), allow_uid, static_cast<gid_t>(-1));
  if (!listener_.valid() || rename(temporary.c_str(), socket_path.c_str()) != 0)
    return base::fail("cannot listen on " + socket_path + ": " + strerror(errno));
  epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  wake_main_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_main_.valid() || !watch_fd(epoll_, EPOLL_CTL_ADD, wake_.get(), EPOLLIN, kWakeId) ||
      !watch_fd(epoll_, EPOLL_CTL_ADD, listener_.get(), EPOLLIN, kListenerId))
    return base::fail(std::string("cannot wait for clients: ") + strerror(errno));

  // nmap's signals are for nmap's thread: ours blocks them all.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread_, nullptr, thread_main, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failed) return base::fail(std::string("cannot start a thread: ") + strerror(failed));
  running_ = true;
  return base::ok();
}

// Under mutex_. The name goes first: after that nobody can begin to connect.
bool Server::stop_listening() {
  std::string aside = path_ + ".new";
  if (rename(path_.c_str(), aside.c_str()) != 0) aside.clear();
  pollfd waiting{listener_.get(), POLLIN, 0};
  bool somebody = ::poll(&waiting, 1, 0) > 0;
  for (auto& client : clients_) somebody |= !client->gone;
  if (aside.empty()) return !somebody;
  if (somebody)
    rename(aside.c_str(), path_.c_str());
  else
    unlink(aside.c_str());
  return !somebody;
}

bool Server::leave() {
  if (!running_) return true;
  {
    base::Lock lock(mutex_);
    if (!stop_listening()) return false;
    stopping_ = true;
  }
  wake();
  pthread_join(thread_, nullptr);
  drop_gone();
  running_ = stopping_ = false;
  listener_.reset();
  epoll_.reset();
  wake_.reset();
  wake_main_.reset();
  return true;
}

void Server::shut_down() {
  base::Lock lock(mutex_);
  if (stopping_) return;
  stopping_ = true;
  if (running_) pthread_detach(thread_);
  if (!path_.empty()) unlink(path_.c_str());
  for (auto& client : clients_) {
    if (client->gone) continue;
    // The last events (terminated, exited) must arrive: block for them, but not for ever.
    timeval patience{2, 0};
    setsockopt(client->fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    fcntl(client->fd.get(), F_SETFL, 0);
    flush(*client);
    ::shutdown(client->fd.get(), SHUT_WR);
  }
  wake();
}

void Server::set_listening(int client_id) {
  base::Lock lock(mutex_);
  for (auto& client : clients_)
    if (client->id == client_id) client->listening = true;
}

bool Server::has_clients() {
  base::Lock lock(mutex_);
  for (auto& client : clients_)
    if (!client->gone) return true;
  return false;
}

void Server::close_client(int client_id) {
  base::Lock lock(mutex_);
  for (auto& client : clients_)
    if (client->id == client_id) client->gone = true;
  wake();
}

void Server::wake() { signal_event(wake_); }
void Server::wake_main() { signal_event(wake_main_); }

// Under mutex_.
void Server::watch(Client& client) {
  unsigned interest = (client.main_reads ? 0u : EPOLLIN) | (client.backlog.empty() ? 0u : EPOLLOUT);
  if (interest == client.interest) return;
  client.interest = interest;
  watch_fd(epoll_, EPOLL_CTL_MOD, client.fd.get(), interest,
           static_cast<unsigned long long>(client.id));
}

void Server::put(Client& client, const std::string& json) {
  bool idle = client.backlog.empty();
  client.backlog += dap::frame(json);
  if (idle) flush(client);
  if (client.backlog.size() > kMaxBacklog) {
    log("client %d does not read: dropped", client.id);
    client.gone = true;
  }
  if (client.gone) wake();
  watch(client);
}

void Server::flush(Client& client) {
  size_t done = 0;
  while (done < client.backlog.size()) {
    ssize_t n = ::send(client.fd.get(), client.backlog.data() + done, client.backlog.size() - done,
                       MSG_NOSIGNAL);
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      if (errno != EAGAIN) client.gone = true;
      break;
    }
  }
  client.backlog.erase(0, client.gone ? std::string::npos : done);
}

void Server::accept_client() {
  base::Fd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd.valid()) return;
  if (!peer_allowed(fd.get(), allow_uid_) || clients_.size() >= kMaxClients) {
    log("connection refused: wrong user, or more than %zu clients", kMaxClients);
    return;
  }
  auto client = std::make_unique<Client>();
  client->id = next_client_++;
  client->fd = std::move(fd);
  client->interest = EPOLLIN;
  Client& added = *client;
  {
    base::Lock reading(reading_);
    base::Lock lock(mutex_);
    clients_.push_back(std::move(client));
  }
  callbacks_.connected(added);
  watch_fd(epoll_, EPOLL_CTL_ADD, added.fd.get(), EPOLLIN,
           static_cast<unsigned long long>(added.id));
}

// I/O thread, or under reading_: nobody removes it meanwhile.
Client* Server::find(int client_id) {
  for (auto& client : clients_)
    if (client->id == client_id) return client.get();
  return nullptr;
}

// Under reading_.
void Server::read(Client& client) {
  if (read_some(client)) return;
  base::Lock lock(mutex_);
  client.gone = true;
  wake();
}

// False when the client is gone.
bool Server::read_some(Client& client) {
  char bytes[65536];
  ssize_t n = ::recv(client.fd.get(), bytes, sizeof bytes, 0);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  client.reader.feed({bytes, static_cast<size_t>(n)});
  while (auto json = client.reader.next()) callbacks_.message(client, *json);
  if (client.reader.error().empty()) return true;
  log("client %d: %s", client.id, client.reader.error().c_str());
  return false;
}

void Server::drop_gone() {
  std::vector<std::unique_ptr<Client>> gone;
  bool last = true;
  {
    base::Lock reading(reading_);
    base::Lock lock(mutex_);
    for (size_t i = 0; i < clients_.size();) {
      if (!clients_[i]->gone) {
        last = false;
        ++i;
        continue;
      }
      gone.push_back(std::move(clients_[i]));
      clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  for (auto& client : gone) callbacks_.disconnected(*client, last);
}

// --- the I/O thread --------------------------------------------------------------------------

void Server::serve(unsigned long long id, unsigned events) {
  if (id == kListenerId) return accept_client();
  if (id == kWakeId) return drain_event(wake_);
  Client* client = find(static_cast<int>(id));
  if (!client) return;
  if (events & EPOLLOUT) {
    base::Lock lock(mutex_);
    flush(*client);
    watch(*client);
  }
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
    base::Lock reading(reading_);
    read(*client);
  }
}

void Server::loop() {
  epoll_event events[kMaxClients + 2];
  for (;;) {
    int n = epoll_wait(epoll_.get(), events, kMaxClients + 2, -1);
    {
      base::Lock lock(mutex_);
      if (stopping_) return;
    }
    for (int i = 0; i < n; ++i) serve(events[i].data.u64, events[i].events);
    drop_gone();
  }
}

// --- the main thread, while the scan stands ----------------------------------------------------

void Server::main_reads(bool reads) {
  base::Lock lock(mutex_);
  for (auto& client : clients_) {
    client->main_reads = reads;
    watch(*client);
  }
}

void Server::wait_as_main(void (*idle)()) {
  std::vector<pollfd> polled{{wake_main_.get(), POLLIN, 0}};
  std::vector<int> ids{0};
  {
    base::Lock lock(mutex_);
    for (auto& client : clients_) {
      if (client->gone || !client->main_reads) continue;
      polled.push_back({client->fd.get(), POLLIN, 0});
      ids.push_back(client->id);
    }
  }
  poll_eagerly(polled, idle);
  if (polled[0].revents) drain_event(wake_main_);
  for (size_t i = 1; i < polled.size(); ++i) {
    if (!polled[i].revents) continue;
    base::Lock reading(reading_);
    Client* client = find(ids[i]);
    if (client) read(*client);
  }
}

void* Server::thread_main(void* self) {
  static_cast<Server*>(self)->loop();
  return nullptr;
}

}  // namespace agent
