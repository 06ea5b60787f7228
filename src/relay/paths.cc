#include "relay/paths.h"

#include <string_view>

#include "base/text.h"
#include "client/local_files.h"
#include "dap/requests.h"

namespace relay {
namespace {

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

void set_text(rapidjson::Document& document, dap::Value& object, const char* name,
              const std::string& text) {
  dap::Value value(text.c_str(), document.GetAllocator());
  auto found = object.FindMember(name);
  if (found != object.MemberEnd())
    found->value = value;
  else
    object.AddMember(dap::Value(name, document.GetAllocator()), value, document.GetAllocator());
}

void add_checksum(rapidjson::Document& document, dap::Value& source, const std::string& sum) {
  auto& allocator = document.GetAllocator();
  dap::Value one(rapidjson::kObjectType);
  one.AddMember("algorithm", "SHA256", allocator);
  set_text(document, one, "checksum", sum);
  dap::Value list(rapidjson::kArrayType);
  list.PushBack(one, allocator);
  source.RemoveMember("checksums");  // what the editor keeps there is of an older text
  source.AddMember("checksums", list, allocator);
}

// No source, or one that is not as the specification has it: the agent will say so.
dap::opt<dap::Source> read_source(const dap::Value& json) {
  dap::Source source;
  dap::ReadError why;
  if (!dap::read(json, source, why) || !source.path || source.path->empty()) return std::nullopt;
  return source;
}

}  // namespace

// Empty: no mapping fits.
std::string Paths::mapped(const std::string& path, bool to_local) const {
  std::string out = path;
  for (const auto& [local, remote] : roots_)
    if (replace_root(out, to_local ? remote : local, to_local ? local : remote)) return out;
  return {};
}

// --- to the agent --------------------------------------------------------------------------

// Breakpoints go by the editor's own path and its content: nmap may yet load that file.
void Paths::name_for_agent(rapidjson::Document& document, dap::Value& source,
                           bool sets_breakpoints) {
  dap::opt<dap::Source> named = read_source(source);
  if (!named || named->sourceReference.value_or(0) > 0) return;
  std::string remote = mapped(*named->path, false);
  if (!remote.empty()) return set_text(document, source, "path", remote);
  if (!sets_breakpoints)
    return set_text(document, source, "path", copies_.loaded_from(*named->path));
  std::string sum = copies_.note(*named->path);
  if (!sum.empty()) add_checksum(document, source, sum);
}

// The agent knows files by their paths; a client may ask by our reference alone.
void Paths::add_source(dap::Message& request) const {
  dap::SourceRequest::Arguments arguments;
  std::string why;
  if (!dap::read_body(request, arguments, why) || (arguments.source && arguments.source->path))
    return;
  for (const auto& [path, reference] : references_) {
    if (reference != arguments.sourceReference) continue;
    dap::Value source(rapidjson::kObjectType);
    set_text(*request.document, source, "path", path);
    request.body->RemoveMember("source");
    request.body->AddMember("source", source, request.document->GetAllocator());
  }
}

void Paths::to_remote(dap::Message& request) {
  if (!request.body || !request.body->IsObject()) return;
  if (request.name == dap::SourceRequest::command) add_source(request);
  auto source = request.body->FindMember("source");
  if (source == request.body->MemberEnd()) return;
  name_for_agent(*request.document, source->value, request.name == dap::SetBreakpoints::command);
}

// --- to the editor -------------------------------------------------------------------------

int Paths::reference_of(const std::string& path) {
  return references_.try_emplace(path, static_cast<int>(references_.size()) + 1).first->second;
}

void Paths::to_local(dap::Source& source) {
  if (!source.path || source.path->empty()) return;
  std::string local = mapped(*source.path, true);
  if (local.empty()) local = copies_.find(*source.path, client::checksum_of(source));
  if (!local.empty())
    source.path = local;
  else if (!source.sourceReference)
    source.sourceReference = reference_of(*source.path);
}

void Paths::name_in(rapidjson::Document& document, dap::Value& source) {
  dap::opt<dap::Source> named = read_source(source);
  if (!named) return;
  to_local(*named);
  set_text(document, source, "path", *named->path);
  if (!named->sourceReference) return;
  source.RemoveMember("sourceReference");
  source.AddMember("sourceReference", *named->sourceReference, document.GetAllocator());
}

// The nesting is the agent's: a stack trace, a list of breakpoints.
void Paths::name_all(rapidjson::Document& document, dap::Value& value) {
  if (value.IsArray()) {
    for (dap::Value& item : value.GetArray()) name_all(document, item);
    return;
  }
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    std::string_view name = member.name.GetString();
    if (name == "source") {
      name_in(document, member.value);
    } else if (name == "sources" && member.value.IsArray()) {
      for (dap::Value& one : member.value.GetArray()) name_in(document, one);
    } else {
      name_all(document, member.value);
    }
  }
}

void Paths::to_local(rapidjson::Document& document, dap::Value& body) { name_all(document, body); }

}  // namespace relay
