// broadcast_event's body, apart from server.h's interface.
#pragma once

#include "dap/events.h"
#include "dap/message.h"

namespace agent {

template <class T>
void broadcast_event(const T& body, int except, bool (*wants)(const Client&)) {
  std::string json = dap::to_json(body);
  server().broadcast([&](int seq) { return dap::event_json(seq, T::event, json); }, except, wants);
}

template <class T>
void send_event(int client_id, const T& body) {
  std::string json = dap::to_json(body);
  server().send(client_id, [&](int seq) { return dap::event_json(seq, T::event, json); });
}

}  // namespace agent
