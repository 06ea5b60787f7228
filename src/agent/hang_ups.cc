#include "agent/hang_ups.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "agent/server.h"
#include "agent/sockets.h"

namespace agent {
namespace {

struct Peer {
  std::string host;
  int port = 0;
};

// A reset connection has no peer any more: its name is kept.
struct Connection {
  int fd = -1;
  Peer peer;
  bool gone = false;
};

std::vector<Connection> connections;
bool noted = false;

// Empty for what is no TCP connection.
Peer peer_of(int fd) {
  sockaddr_storage address;
  socklen_t size = sizeof address;
  int type = 0;
  socklen_t type_size = sizeof type;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0 || type != SOCK_STREAM)
    return {};
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return {text, ntohs(v4->sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return {text, ntohs(v6->sin6_port)};
  }
  return {};
}

void look(std::vector<Connection>& all) {
  std::vector<pollfd> polled;
  for (const Connection& one : all) polled.push_back({one.fd, POLLRDHUP, 0});
  poll(polled.data(), polled.size(), 0);
  for (size_t i = 0; i < all.size(); ++i)
    all[i].gone = (polled[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

// The scripts that have a connection there.
std::string scripts_of(const Peer& peer) {
  std::vector<std::string> scripts;
  for (const auto& [userdata, socket] : sockets().all()) {
    bool there = socket.open && socket.host == peer.host && socket.port == peer.port;
    if (there && std::find(scripts.begin(), scripts.end(), socket.script) == scripts.end())
      scripts.push_back(socket.script);
  }
  std::string list;
  for (const std::string& script : scripts) list += (list.empty() ? "" : ", ") + script;
  return list;
}

std::string describe(const Peer& peer) {
  bool v6 = peer.host.find(':') != std::string::npos;
  std::string text = v6 ? "[" + peer.host + "]" : peer.host;
  text += ":" + std::to_string(peer.port);
  std::string scripts = scripts_of(peer);
  return scripts.empty() ? text : text + " (" + scripts + ")";
}

// Each peer once: "10.0.0.5:80 (http-title), 2 of 10.0.0.6:80 (http-enum)".
std::string list_gone() {
  std::map<std::string, int> peers;
  for (const Connection& one : connections)
    if (one.gone) ++peers[describe(one.peer)];
  std::string list;
  for (const auto& [peer, count] : peers) {
    if (!list.empty()) list += ", ";
    if (count > 1) list += std::to_string(count) + " of ";
    list += peer;
  }
  return list;
}

}  // namespace

void note_connections() {
  if (noted) return;
  noted = true;
  DIR* directory = opendir("/proc/self/fd");
  if (!directory) return;
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    int fd = atoi(entry->d_name);
    Peer peer = peer_of(fd);
    if (peer.port) connections.push_back({fd, std::move(peer)});
  }
  closedir(directory);
  if (connections.empty()) return;
  look(connections);
  std::erase_if(connections, [](const Connection& one) { return one.gone; });
}

void report_hang_ups() {
  noted = false;
  if (connections.empty()) return;
  look(connections);
  std::string gone = list_gone();
  connections.clear();
  if (gone.empty()) return;
  dap::OutputEvent event;
  event.category = "important";
  event.output = "while the scan stood still, the remote end hung up: " + gone + "\n";
  broadcast_event(event);
}

}  // namespace agent
