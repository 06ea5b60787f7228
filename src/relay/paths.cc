#include "relay/paths.h"

#include <functional>
#include <string_view>

#include "base/text.h"

namespace relay {
namespace {

using Translate = std::function<std::string(const std::string&)>;

std::string_view without_slash(std::string_view root) {
  while (root.size() > 1 && root.back() == '/') root.remove_suffix(1);
  return root;
}

// Whole components only: /a does not lead /ab anywhere.
bool replace_root(std::string& path, std::string_view from, std::string_view to) {
  from = without_slash(from);
  if (from == "/") from = "";
  if (!base::starts_with(path, from)) return false;
  std::string_view rest = std::string_view(path).substr(from.size());
  if (!rest.empty() && rest.front() != '/') return false;
  to = without_slash(to);
  path = std::string(to == "/" ? "" : to) + std::string(rest);
  return true;
}

void translate_source(rapidjson::Document& document, dap::Value& source,
                      const Translate& translate) {
  if (!source.IsObject()) return;
  auto path = source.FindMember("path");
  if (path == source.MemberEnd() || !path->value.IsString()) return;
  path->value.SetString(translate(path->value.GetString()).c_str(), document.GetAllocator());
}

// The nesting is ours and the agent's: a stack trace, a list of breakpoints.
void translate_all(rapidjson::Document& document, dap::Value& value, const Translate& translate) {
  if (value.IsArray()) {
    for (dap::Value& item : value.GetArray()) translate_all(document, item, translate);
    return;
  }
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    std::string_view name = member.name.GetString();
    if (name == "source") {
      translate_source(document, member.value, translate);
    } else if (name == "sources" && member.value.IsArray()) {
      for (dap::Value& one : member.value.GetArray()) translate_source(document, one, translate);
    } else {
      translate_all(document, member.value, translate);
    }
  }
}

}  // namespace

std::string Paths::to_remote(const std::string& path) const {
  std::string out = path;
  for (const auto& [local, remote] : roots_)
    if (replace_root(out, local, remote)) break;
  return out;
}

std::string Paths::to_local(const std::string& path) const {
  std::string out = path;
  for (const auto& [local, remote] : roots_)
    if (replace_root(out, remote, local)) break;
  return out;
}

void Paths::to_remote(rapidjson::Document& document, dap::Value& body) const {
  if (!empty())
    translate_all(document, body, [this](const std::string& path) { return to_remote(path); });
}

void Paths::to_local(rapidjson::Document& document, dap::Value& body) const {
  if (!empty())
    translate_all(document, body, [this](const std::string& path) { return to_local(path); });
}

}  // namespace relay
