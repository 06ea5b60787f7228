#include <stdio.h>

#include <algorithm>

#include "agent/breakpoints.h"
#include "agent/completions.h"
#include "agent/dispatch.h"
#include "agent/error_report.h"
#include "agent/evaluate.h"
#include "agent/exceptions.h"
#include "agent/memory.h"
#include "agent/references.h"
#include "agent/scopes.h"
#include "agent/serialize.h"
#include "agent/sources.h"
#include "agent/stack.h"
#include "agent/variables.h"
#include "lua/workbench.h"

namespace agent {
namespace {

base::Result<dap::StackTrace::Response> stack_trace(Call&,
                                                    const dap::StackTrace::Arguments& arguments) {
  return stack().trace(arguments);
}

// No frame: the globals, as DAP has it.
base::Result<Frame> frame_of(const dap::opt<int>& frame_id) {
  if (!frame_id) return Frame{};
  return stack().by_id(*frame_id);
}

base::Result<dap::Scopes::Response> scopes_of(Call&, const dap::Scopes::Arguments& arguments) {
  auto frame = stack().by_id(arguments.frameId);
  if (!frame) return frame.error();
  return scopes(*frame);
}

base::Result<dap::Variables::Response> variables_of(Call&,
                                                    const dap::Variables::Arguments& arguments) {
  return variables(arguments);
}

// Other views of the same values are stale now.
void values_changed(Call& call) {
  dap::InvalidatedEvent event;
  event.areas = {{"variables"}};
  broadcast_event(event, call.client_id,
                  [](const Client& client) { return client.supports_invalidated; });
}

base::Result<dap::SetVariable::Response> change_variable(
    Call& call, const dap::SetVariable::Arguments& arguments) {
  call.after = values_changed;
  return set_variable(arguments);
}

base::Result<dap::SetExpression::Response> change_expression(
    Call& call, const dap::SetExpression::Arguments& arguments) {
  auto frame = frame_of(arguments.frameId);
  if (!frame) return frame.error();
  call.after = values_changed;
  return set_expression(*frame, arguments);
}

base::Result<dap::Evaluate::Response> evaluate_in(Call&,
                                                  const dap::Evaluate::Arguments& arguments) {
  auto frame = frame_of(arguments.frameId);
  if (!frame) return frame.error();
  return evaluate(*frame, arguments);
}

base::Result<dap::Completions::Response> complete(Call&,
                                                  const dap::Completions::Arguments& arguments) {
  auto frame = frame_of(arguments.frameId);
  if (!frame) return frame.error();
  return completions(*frame, arguments);
}

base::Result<dap::ExceptionInfo::Response> exception(
    Call&, const dap::ExceptionInfo::Arguments& arguments) {
  return exception_info(arguments);
}

base::Result<dap::ErrorReport::Response> report(Call&,
                                                const dap::ErrorReport::Arguments& arguments) {
  return error_report(arguments);
}

// Where the function behind a reference begins.
base::Result<FunctionPlace> location_of(int reference) {
  auto found = find_reference(reference);
  if (!found) return found.take_error();
  FunctionPlace place;
  base::Status status = lua::protect([&](lua_State* W) {
    if ((*found)->kind != Reference::Kind::kFunction) return;
    push_value(W, reference);
    lua_Debug ar;
    lua_getinfo(W, ">S", &ar);
    if (ar.source[0] == '@') place.file = sources().by_chunk_name(ar.source + 1);
    place.line_defined = std::max(1, ar.linedefined);
  });
  if (!status) return status.take_error();
  if (!place.file)
    return base::fail("locationReference " + std::to_string(reference) + " has no source");
  return place;
}

base::Result<dap::LoadedSources::Response> loaded_sources(Call&, const dap::Empty&) {
  dap::LoadedSources::Response response;
  for (SourceFile* file : sources().all()) response.sources.push_back(file->to_dap());
  return response;
}

// Only files that nmap has loaded: the socket is no way to read others.
base::Result<dap::SourceRequest::Response> source(Call&,
                                                  const dap::SourceRequest::Arguments& arguments) {
  std::string path = arguments.source ? arguments.source->path.value_or("") : "";
  std::vector<SourceFile*> files = sources().find(path);
  if (path.empty() || files.empty()) return base::fail("nmap has not loaded '" + path + "'");
  FILE* file = fopen(files.front()->real_path.c_str(), "re");
  if (!file) return base::fail("cannot read " + files.front()->real_path);
  dap::SourceRequest::Response response;
  char bytes[65536];
  while (size_t n = fread(bytes, 1, sizeof bytes, file)) response.content.append(bytes, n);
  fclose(file);
  response.mimeType = "text/x-lua";
  return response;
}

base::Result<dap::Modules::Response> modules(Call&, const dap::Modules::Arguments& arguments) {
  std::vector<dap::Module> all;
  for (SourceFile* file : sources().all())
    if (file->is_module()) all.push_back(file->to_module());
  dap::Modules::Response response;
  response.totalModules = static_cast<int>(all.size());
  size_t first = static_cast<size_t>(std::max(0, arguments.startModule.value_or(0)));
  size_t count = static_cast<size_t>(std::max(0, arguments.moduleCount.value_or(0)));
  for (size_t i = first; i < all.size() && (!count || i - first < count); ++i)
    response.modules.push_back(std::move(all[i]));
  return response;
}

base::Result<dap::Locations::Response> locations(Call&,
                                                 const dap::Locations::Arguments& arguments) {
  auto place = location_of(arguments.locationReference);
  if (!place) return place.take_error();
  dap::Locations::Response response;
  response.source = place->file->to_dap();
  response.line = place->line_defined;
  return response;
}

base::Result<dap::ReadMemory::Response> memory(Call&, const dap::ReadMemory::Arguments& arguments) {
  return read_memory(arguments);
}

base::Result<dap::Serialize::Response> serialize_in(Call& call,
                                                    const dap::Serialize::Arguments& arguments) {
  auto frame = frame_of(arguments.frameId);
  if (!frame) return frame.error();
  call.after = values_changed;
  return serialize(*frame, arguments);
}

base::Result<dap::SerializeStack::Response> serialize_frames(
    Call&, const dap::SerializeStack::Arguments& arguments) {
  return serialize_stack(arguments);
}

}  // namespace

template <>
const Handler HandlerOf<dap::StackTrace>::value = on<dap::StackTrace, stack_trace>(On::kStopped);
template <>
const Handler HandlerOf<dap::Scopes>::value = on<dap::Scopes, scopes_of>(On::kStopped);
template <>
const Handler HandlerOf<dap::Variables>::value = on<dap::Variables, variables_of>(On::kStopped);
template <>
const Handler HandlerOf<dap::SetVariable>::value =
    on<dap::SetVariable, change_variable>(On::kStopped);
template <>
const Handler HandlerOf<dap::SetExpression>::value =
    on<dap::SetExpression, change_expression>(On::kStopped);
template <>
const Handler HandlerOf<dap::Evaluate>::value = on<dap::Evaluate, evaluate_in>(On::kStopped);
template <>
const Handler HandlerOf<dap::Completions>::value = on<dap::Completions, complete>(On::kStopped);
template <>
const Handler HandlerOf<dap::ExceptionInfo>::value =
    on<dap::ExceptionInfo, exception>(On::kStopped);
template <>
const Handler HandlerOf<dap::ErrorReport>::value = on<dap::ErrorReport, report>(On::kStopped);
template <>
const Handler HandlerOf<dap::LoadedSources>::value =
    on<dap::LoadedSources, loaded_sources>(On::kIo);
template <>
const Handler HandlerOf<dap::SourceRequest>::value = on<dap::SourceRequest, source>(On::kIo);
template <>
const Handler HandlerOf<dap::Modules>::value = on<dap::Modules, modules>(On::kIo);
template <>
const Handler HandlerOf<dap::Locations>::value = on<dap::Locations, locations>(On::kStopped);
template <>
const Handler HandlerOf<dap::Serialize>::value = on<dap::Serialize, serialize_in>(On::kStopped);
template <>
const Handler HandlerOf<dap::SerializeStack>::value =
    on<dap::SerializeStack, serialize_frames>(On::kStopped);
template <>
const Handler HandlerOf<dap::ReadMemory>::value = on<dap::ReadMemory, memory>(On::kStopped);

}  // namespace agent
