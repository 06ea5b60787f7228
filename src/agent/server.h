// The agent's DAP server: one I/O thread that listens on a Unix socket, frames messages and hands
// them to dispatch. Any number of clients; all of them see the same events.
//
// Threads: start() on nmap's main thread; send()/broadcast() from any thread. While the scan stands
// and the main thread has nothing to do, it reads the clients itself (main_reads), so that a
// request wakes one thread and not two; else the I/O thread does. `message` runs on the thread that
// reads, one at a time; `connected` and `disconnected` on the I/O thread. A client that does not
// read is dropped once kMaxBacklog bytes wait for it: nmap never blocks on a debugger.
#pragma once

#include <pthread.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/features.h"
#include "base/fd.h"
#include "base/mutex.h"
#include "base/result.h"
#include "dap/framing.h"

namespace fuzz {
struct Wire;  // tests/fuzz: this server without sockets
}

namespace agent {

inline constexpr size_t kMaxBacklog = 128u << 20;
inline constexpr size_t kMaxClients = 16;

struct Client {
  int id = 0;
  base::Fd fd;
  dap::FrameReader reader;   // under Server::reading_
  std::string backlog;       // under Server::mutex_
  int next_seq = 1;          // under Server::mutex_
  bool initialized = false;  // under Server::reading_: a client gets events only after `initialize`
  bool listening = false;    // under Server::mutex_
  bool gone = false;         // under Server::mutex_
  bool main_reads = false;   // under Server::mutex_
  unsigned interest = 0;     // under Server::mutex_: what epoll watches it for
  bool wants_output = false;          // set by `attach`
  bool supports_invalidated = false;  // set by `initialize`, before `listening`
  Features features;                  // as supports_invalidated
};

class Server {
 public:
  struct Callbacks {
    void (*message)(Client& client, const std::string& json);
    void (*connected)(Client& client);
    void (*disconnected)(Client& client, bool last);
  };

  // Listens on `socket_path` (of that mode): bound under a temporary name and renamed into place,
  // so whoever waits for the name can connect at once. Peers must be root, our own user or
  // `allow_uid` (SO_PEERCRED).
  base::Status start(const std::string& socket_path, mode_t mode, unsigned allow_uid,
                     Callbacks callbacks);

  // Stops listening, removes the socket file, closes the connections. Idempotent; any thread.
  void shut_down();

  // Main thread: the opposite of start(), for when nobody is connected. False, and nothing changed,
  // if somebody is or is about to be.
  bool leave();

  // `make(seq)` returns the message's JSON: seq is given out in the order of the wire.
  template <class Make>
  void send(int client_id, Make make) {
    base::Lock lock(mutex_);
    for (auto& client : clients_)
      if (client->id == client_id && !client->gone) put(*client, make(client->next_seq++));
  }
  // To every client that has attached, but `except`, and that `wants` it.
  template <class Make>
  void broadcast(Make make, int except = 0, bool (*wants)(const Client&) = nullptr) {
    base::Lock lock(mutex_);
    for (auto& client : clients_)
      if (client->listening && !client->gone && client->id != except && (!wants || wants(*client)))
        put(*client, make(client->next_seq++));
  }
  void set_listening(int client_id);

  // Main thread: from now on it reads the clients there are, by wait_as_main(); or no longer. Costs
  // a system call a client, and wakes nobody.
  void main_reads(bool reads);
  // Main thread, while it reads: returns after some message was handled, or after wake_main().
  // `idle` is called when none has come at once and there is time.
  void wait_as_main(void (*idle)());
  // Any thread: wait_as_main() returns, now or the next time.
  void wake_main();

  bool has_clients();
  void close_client(int client_id);

 private:
  friend struct fuzz::Wire;
  static void* thread_main(void* self);
  bool stop_listening();
  void loop();
  void serve(unsigned long long id, unsigned events);
  void accept_client();
  void read(Client& client);
  bool read_some(Client& client);
  Client* find(int client_id);
  void watch(Client& client);
  void put(Client& client, const std::string& json);
  void flush(Client& client);
  void drop_gone();
  void wake();

  // Taken in this order. A client is added or removed under both, by the I/O thread.
  base::Mutex reading_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<Client>> clients_;
  base::Fd listener_;
  base::Fd epoll_, wake_, wake_main_;
  std::string path_;
  Callbacks callbacks_{};
  unsigned allow_uid_ = 0;
  int next_client_ = 1;
  bool stopping_ = false;
  bool running_ = false;  // main thread
  pthread_t thread_{};
};

Server& server();

// An event to every client. T is one of dap/events.h.
template <class T>
void broadcast_event(const T& body, int except = 0, bool (*wants)(const Client&) = nullptr);
template <class T>
void send_event(int client_id, const T& body);

}  // namespace agent

#include "agent/server_events.h"
