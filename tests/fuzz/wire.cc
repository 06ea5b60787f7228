#include "fuzz/wire.h"

#include <stdio.h>
#include <stdlib.h>

#include <algorithm>
#include <map>
#include <vector>

#include "dap/message.h"

namespace fuzz {
namespace {

struct Peer {
  int id = 0;
  int next_seq = 1;
  std::vector<int> unanswered;  // seq of requests
};

agent::Server::Callbacks callbacks;

std::vector<Peer> peers;
std::map<char, std::vector<int>> given;  // 'T', 'F', 'R'

[[noreturn]] void broken(const char* promise, const std::string& json) {
  fprintf(stderr, "fuzz: %s: %s\n", promise, json.c_str());
  abort();
}

// FUZZ_TRACE=1 shows the conversation.
void trace(const char* way, const std::string& json) {
  static const bool wanted = getenv("FUZZ_TRACE") != nullptr;
  if (wanted) fprintf(stderr, "%s %s\n", way, json.c_str());
}

Peer* peer_by_id(int id) {
  for (Peer& peer : peers)
    if (peer.id == id) return &peer;
  return nullptr;
}

void keep(char kind, int number) {
  std::vector<int>& known = given[kind];
  if (std::find(known.begin(), known.end(), number) == known.end()) known.push_back(number);
}

// Every number under a name that makes it a thread, a frame or a reference.
void collect(const dap::Value& value, char id_kind) {
  if (value.IsArray()) {
    for (const auto& item : value.GetArray()) collect(item, id_kind);
  } else if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      std::string name = member.name.GetString();
      char kind = name == "threadId"             ? 'T'
                  : name == "variablesReference" ? 'R'
                  : name == "id"                 ? id_kind
                                                 : '\0';
      if (kind && member.value.IsInt() && member.value.GetInt() > 0)
        keep(kind, member.value.GetInt());
      else
        collect(member.value, name == "stackFrames" ? 'F' : name == "threads" ? 'T' : '\0');
    }
  }
}

void check(const agent::Client& client, const std::string& json) {
  Peer* peer = peer_by_id(client.id);
  if (!peer) return;
  trace("<", json);
  dap::Message partial;
  std::string error;
  auto message = dap::parse(json, partial, error);
  if (!message) broken(error.c_str(), json);
  if (message->seq != peer->next_seq++) broken("seq has a gap", json);
  if (message->kind == dap::Message::Kind::kRequest) broken("the agent asks nothing", json);
  if (message->kind == dap::Message::Kind::kResponse) {
    auto asked = std::find(peer->unanswered.begin(), peer->unanswered.end(), message->request_seq);
    if (asked == peer->unanswered.end()) broken("nobody asked, or it was answered before", json);
    peer->unanswered.erase(asked);
    if (!message->success && message->message.empty()) broken("an error without a text", json);
  }
  if (message->body) collect(*message->body, '\0');
}

}  // namespace

void Wire::connect(int number) {
  auto client = std::make_unique<agent::Client>();
  agent::Server& server = agent::server();
  agent::Client& added = *client;
  {
    base::Lock lock(server.mutex_);
    added.id = server.next_client_++;
    server.clients_.push_back(std::move(client));
  }
  {
    if (number == 0) peers.clear(), given.clear();
    Peer peer;
    peer.id = added.id;
    peers.push_back(peer);
  }
  callbacks.connected(added);
}

int Wire::clients() { return static_cast<int>(peers.size()); }

int Wire::id(int number) { return peers[static_cast<size_t>(number)].id; }

agent::Client* Wire::find(int number) {
  for (auto& client : agent::server().clients_)
    if (client->id == id(number) && !client->gone) return client.get();
  return nullptr;
}

void Wire::deliver(int number, const std::string& json) {
  agent::Client* client = find(number);
  if (!client) return;
  trace(">", json);
  dap::Message partial;
  std::string error;
  auto message = dap::parse(json, partial, error);
  if (!message || message->kind == dap::Message::Kind::kRequest) {
    peer_by_id(client->id)->unanswered.push_back(message ? message->seq : partial.seq);
  }
  callbacks.message(*client, json);
  drop_gone();
}

void Wire::check_all_answered() {
  for (const Peer& peer : peers)
    if (!peer.unanswered.empty()) broken("no answer", std::to_string(peer.unanswered.front()));
}

void (*Wire::on_wait)() = nullptr;

void Wire::drop_gone() {
  agent::Server& server = agent::server();
  std::vector<std::unique_ptr<agent::Client>> gone;
  bool last;
  {
    base::Lock lock(server.mutex_);
    for (size_t i = 0; i < server.clients_.size();) {
      if (!server.clients_[i]->gone) {
        ++i;
        continue;
      }
      gone.push_back(std::move(server.clients_[i]));
      server.clients_.erase(server.clients_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    last = server.clients_.empty();
  }
  for (auto& client : gone) {
    callbacks.disconnected(*client, last);
    peer_by_id(client->id)->unanswered.clear();
  }
}

void Wire::disconnect_all() {
  for (size_t i = 0; i < peers.size(); ++i)
    if (agent::Client* client = find(static_cast<int>(i))) agent::server().close_client(client->id);
  drop_gone();
}

std::string Wire::fill_in(std::string json) {
  for (size_t at = 0; (at = json.find("\"$", at)) != std::string::npos; ++at) {
    if (at + 4 >= json.size() || json[at + 4] != '"') continue;
    auto kind = given.find(json[at + 2]);
    if (kind == given.end() || kind->second.empty()) continue;
    size_t number = static_cast<unsigned char>(json[at + 3] - '0');
    json.replace(at, 5, std::to_string(kind->second[number % kind->second.size()]));
  }
  return json;
}

}  // namespace fuzz

// --- what agent/server.cc does with sockets ------------------------------------------------------

namespace agent {

Server& server() {
  static Server* one = new Server;
  return *one;
}

base::Status Server::start(const std::string&, mode_t, unsigned, Callbacks given) {
  fuzz::callbacks = given;
  return base::ok();
}

void Server::put(Client& client, const std::string& json) { fuzz::check(client, json); }

void Server::main_reads(bool) {}

void Server::wait_as_main(void (*)()) { fuzz::Wire::on_wait(); }

void Server::wake_main() {}

void Server::shut_down() {}

bool Server::leave() { return true; }

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
}

}  // namespace agent
