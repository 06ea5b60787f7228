#include "relay/configuration.h"

#include <algorithm>

#include "dap/network.h"

namespace relay {
namespace {

// One breakpoint list per source; one of each other kind.
std::string key_of(const dap::Message& request) {
  const std::string& name = request.name;
  if (name == dap::SetFunctionBreakpoints::command ||
      name == dap::SetExceptionBreakpoints::command || name == dap::SetNetworkBreakpoints::command)
    return name;
  if (name != dap::SetBreakpoints::command || !request.body || !request.body->IsObject()) return "";
  auto source = request.body->FindMember("source");
  if (source == request.body->MemberEnd() || !source->value.IsObject()) return "";
  std::string key = name;
  for (const char* part : {"path", "name"}) {
    auto found = source->value.FindMember(part);
    if (found == source->value.MemberEnd() || !found->value.IsString()) continue;
    return key + " " + found->value.GetString();
  }
  return "";
}

dap::Value* id_in(dap::Value& breakpoint) {
  if (!breakpoint.IsObject()) return nullptr;
  auto id = breakpoint.FindMember("id");
  return id != breakpoint.MemberEnd() && id->value.IsInt() ? &id->value : nullptr;
}

}  // namespace

dap::Value* breakpoints_in(dap::Value& body) {
  if (!body.IsObject()) return nullptr;
  auto found = body.FindMember("breakpoints");
  return found != body.MemberEnd() && found->value.IsArray() ? &found->value : nullptr;
}

std::string Configuration::remember(const dap::Message& request) {
  if (request.name == dap::ConfigurationDone::command) done_ = true;
  std::string key = key_of(request);
  if (!key.empty()) requests_[key] = {request.name, dap::to_text(*request.body), {}};
  return key;
}

int Configuration::client_id(int agent_id) {
  auto [found, added] = to_client_.try_emplace(agent_id, 0);
  if (added) found->second = std::max(agent_id, last_id_ + 1);
  last_id_ = std::max(last_id_, found->second);
  return found->second;
}

void Configuration::answered(const std::string& key, dap::Value& body) {
  auto request = requests_.find(key);
  dap::Value* breakpoints = breakpoints_in(body);
  if (request == requests_.end() || !breakpoints) return;
  request->second.ids.clear();
  for (dap::Value& breakpoint : breakpoints->GetArray()) {
    dap::Value* id = id_in(breakpoint);
    if (id) id->SetInt(client_id(id->GetInt()));
    request->second.ids.push_back(id ? id->GetInt() : 0);
  }
}

void Configuration::replayed(const std::string& key, dap::Value& body) {
  auto request = requests_.find(key);
  dap::Value* breakpoints = breakpoints_in(body);
  if (request == requests_.end() || !breakpoints) return;
  const std::vector<int>& ids = request->second.ids;
  for (rapidjson::SizeType i = 0; i < breakpoints->Size() && i < ids.size(); ++i) {
    dap::Value* id = id_in((*breakpoints)[i]);
    if (!id || ids[i] == 0) continue;
    to_client_[id->GetInt()] = ids[i];
    id->SetInt(ids[i]);
  }
}

void Configuration::translate_event(const std::string& name, dap::Value& body) {
  if (!body.IsObject()) return;
  if (name == "breakpoint") {
    auto breakpoint = body.FindMember("breakpoint");
    dap::Value* id = breakpoint == body.MemberEnd() ? nullptr : id_in(breakpoint->value);
    if (id) id->SetInt(client_id(id->GetInt()));
  } else if (name == "stopped") {
    auto hits = body.FindMember("hitBreakpointIds");
    if (hits == body.MemberEnd() || !hits->value.IsArray()) return;
    for (dap::Value& id : hits->value.GetArray())
      if (id.IsInt()) id.SetInt(client_id(id.GetInt()));
  }
}

}  // namespace relay
