#include <stdio.h>

#include <map>

#include "agent/breakpoints.h"
#include "agent/marks.h"
#include "agent/outcomes.h"
#include "agent/server.h"
#include "agent/why.h"
#include "base/sha256.h"
#include "base/text.h"

namespace agent {
namespace {

std::string checksum_of_file(const std::string& path) {
  FILE* file = fopen(path.c_str(), "re");
  if (!file) return "no such file here";
  std::string bytes;
  char buffer[65536];
  while (size_t n = fread(buffer, 1, sizeof buffer, file)) bytes.append(buffer, n);
  fclose(file);
  return "SHA-256 " + base::sha256(bytes).substr(0, 16) + "…";
}

std::string times(int n) { return n == 1 ? "once" : std::to_string(n) + " times"; }

std::string place_of(const Breakpoint& one) {
  if (!one.files.empty()) return one.files.front()->name + ":" + std::to_string(one.line);
  if (!one.places.empty())
    return one.places.front().file->name + ":" + std::to_string(one.places.front().line_defined);
  return one.function.empty() ? one.path : one.function;
}

std::string why_pending(const Breakpoint& one) {
  std::string out = one.message.empty() ? "nmap loaded nothing of the kind" : one.message;
  if (one.path.find('/') == std::string::npos) return out;
  std::string own = real_path(one.path);
  for (SourceFile* file : sources().find(std::string(base::basename(one.path))))
    if (file->real_path != own)
      out += "\n    loaded: " + file->real_path + ", SHA-256 " + file->checksum.substr(0, 16) +
             "…" + "\n    yours:  " + own + ", " + checksum_of_file(own);
  return out;
}

// What its script did instead, if it stands in a script.
std::string script_says(const Breakpoint& one) {
  SourceFile* file = !one.files.empty()    ? one.files.front()
                     : !one.places.empty() ? one.places.front().file
                                           : nullptr;
  if (!file || !file->script) return {};
  dap::Why::Arguments about;
  about.script = file->script_name();
  auto answer = why_script(about);
  return answer ? "\n  " + answer->answer : std::string();
}

// The innermost function around the line; null for a line of the file's main chunk.
const lua::Chunk::Function* function_around(const Breakpoint& one) {
  if (one.files.empty()) return nullptr;
  const lua::Chunk::Function* inner = nullptr;
  for (const lua::Chunk::Function& function : sources().chunk(*one.files.front()).functions) {
    bool around = function.line_defined > 0 && function.line_defined <= one.line &&
                  one.line <= function.last_line_defined;
    if (around && (!inner || function.line_defined >= inner->line_defined)) inner = &function;
  }
  return inner;
}

std::string in_words(const lua::Chunk::Function& function) {
  std::string name = function.name.empty() ? "the function" : "'" + function.name + "'";
  return name + " (lines " + std::to_string(function.line_defined) + " to " +
         std::to_string(function.last_line_defined) + ")";
}

std::string why_never_reached(const Breakpoint& one) {
  std::string out = "nothing has got to " + place_of(one) + " since it was set";
  if (const lua::Chunk::Function* function = function_around(one)) {
    int calls = calls_of(*one.files.front(), function->line_defined).load();
    out += calls == 0 ? ":\n  nobody has called " + in_words(*function)
                      : ":\n  " + in_words(*function) + " was called " + times(calls) +
                            " and went other ways";
  }
  return out + script_says(one);
}

std::string why_let_pass(const Breakpoint& one, int reached, int hits) {
  std::string out = place_of(one) + " was reached " + times(reached);
  if (reached > hits && !one.condition.empty())
    out += "; its condition, " + one.condition + ", was false " + times(reached - hits);
  if (hits > 0 && !one.hit_condition.empty())
    out += "; " + times(hits) + " it held, and the hit condition, " + one.hit_condition +
           ", decides which of those stop";
  if (hits > 0 && !one.mode.empty() && one.mode != "every")
    out += "; it stops " + std::string(one.mode == "host" ? "once for each host" : "once");
  bool stops = hits > 0 && one.hit_condition.empty() && one.log_message.empty() &&
               (one.mode.empty() || one.mode == "every");
  if (stops) out += ", and stopped the scan " + times(hits);
  if (hits > 0 && !one.log_message.empty()) out += "; it prints and does not stop";
  return out;
}

// A log message is not meant to stop.
bool should_have_stopped(const Breakpoint& one) {
  return one.verified && !one.failed && one.log_message.empty();
}

}  // namespace

void tell_why_nothing_stopped() {
  std::map<int, std::string> answers;  // by client
  for (const Breakpoint& one : breakpoints().all()) {
    if (!should_have_stopped(one) || breakpoints().has_stopped_for(one.client_id)) continue;
    if (auto why = why_breakpoint(one.id)) answers[one.client_id] += why->answer + "\n";
  }
  for (const auto& [client, answer] : answers) {
    dap::OutputEvent event;
    event.category = "important";
    event.output = "No breakpoint at a line or function stopped the scan.\n" + answer;
    send_event(client, event);
  }
}

base::Result<dap::Why::Response> why_breakpoint(int id) {
  for (const Breakpoint& one : breakpoints().all()) {
    if (one.id != id) continue;
    dap::Why::Response response;
    int reached = one.history ? one.history->reached.load() : 0;
    int hits = one.history ? one.history->hits.load() : 0;
    if (one.failed)
      response.answer = "it was never set: " + one.message;
    else if (!one.verified)
      response.answer = "it was never set: " + why_pending(one);
    else if (reached == 0)
      response.answer = why_never_reached(one);
    else
      response.answer = why_let_pass(one, reached, hits);
    return response;
  }
  return base::fail("there is no breakpoint with id " + std::to_string(id));
}

}  // namespace agent
