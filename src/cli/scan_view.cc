#include "cli/scan_view.h"

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/columns.h"
#include "dap/nse_requests.h"

namespace cli {
namespace {

std::string counted(int count, const char* one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

void add_part(std::string& list, const std::string& part) {
  list += (list.empty() ? "" : ", ") + part;
}

void add_count(std::string& list, int count, const char* what) {
  if (count) add_part(list, std::to_string(count) + " " + what);
}

// --- info scan ---------------------------------------------------------------------------------

std::string headline(const dap::NseScan::Response& scan) {
  std::string out = "Phase: " + scan.phase;
  if (scan.runlevel && scan.runlevels.value_or(1) > 1)
    out +=
        ", run level " + std::to_string(*scan.runlevel) + " of " + std::to_string(*scan.runlevels);
  if (scan.hosts) out += "; " + counted(*scan.hosts, "host");
  if (scan.ports) out += ", " + counted(*scan.ports, "port");
  out += "; " + counted(scan.threads, "thread");
  if (scan.debugging) out += "; debug level " + std::to_string(*scan.debugging);
  if (scan.verbosity) out += ", verbosity " + std::to_string(*scan.verbosity);
  return out + "\n";
}

std::string progress(const dap::NseScript& script) {
  int over = script.finished + script.failed + script.gaveUp + script.timedOut + script.ended;
  std::string out;
  add_part(out, std::to_string(script.finished) + " of " +
                    std::to_string(std::max(script.started, over)) + " finished");
  add_count(out, script.running, "running");
  add_count(out, script.waiting, "waiting");
  add_count(out, script.failed, "failed");
  add_count(out, script.gaveUp, "gave up");
  add_count(out, script.timedOut, "timed out");
  add_count(out, script.ended, "ended early");
  add_count(out, script.workers, script.workers == 1 ? "worker" : "workers");
  return out;
}

bool has_run(const dap::NseScript& script) {
  return script.started + script.failed + script.gaveUp + script.timedOut + script.ended > 0;
}

std::string script_rows(const std::vector<dap::NseScript>& scripts) {
  Columns columns;
  std::string idle;
  for (const dap::NseScript& script : scripts) {
    if (!has_run(script)) {
      add_part(idle, script.name);
      continue;
    }
    columns.add({"  " + script.name, progress(script), "ran " + base::duration_text(script.runTime),
                 "waited " + base::duration_text(script.waitTime)});
  }
  return columns.text() + (idle.empty() ? "" : "  no instance so far: " + idle + "\n");
}

// --- info mutexes ------------------------------------------------------------------------------

std::string ids_text(const std::vector<int>& ids) {
  std::string out;
  for (int id : ids) add_part(out, std::to_string(id));
  return out;
}

std::string lock_rows(const std::vector<dap::NseLock>& locks) {
  Columns columns;
  for (const dap::NseLock& lock : locks) {
    std::string held = lock.heldBy ? "held by " + *lock.heldBy : "";
    std::string kind = lock.kind == "condvar" ? "condition variable" : lock.kind;
    std::string queue = lock.waiting.empty() ? "" : "waiting: " + ids_text(lock.waiting);
    columns.add({kind + " " + lock.name, held, queue});
  }
  return columns.text();
}

}  // namespace

CommandResult scan_reply(Debugger& dbg, std::string_view) {
  base::Result<dap::NseScan::Response> answer = dbg.debuggee.request<dap::NseScan>({});
  if (!answer) return answer.take_error();
  Reply reply{headline(*answer) + script_rows(answer->scripts), {}};
  reply.json.put("scan", *answer);
  return reply;
}

CommandResult locks_reply(Debugger& dbg, std::string_view) {
  base::Result<dap::NseLocks::Response> answer = dbg.debuggee.request<dap::NseLocks>({});
  if (!answer) return answer.take_error();
  Reply reply{lock_rows(answer->locks), {}};
  for (const dap::NseDeadlock& deadlock : answer->deadlocks)
    reply.text += dbg.console.paint(Color::kRed, "Deadlock: ") + deadlock.text + "\n";
  if (answer->locks.empty()) reply.text = "Nobody holds a mutex or waits for one\n";
  if (answer->idle)
    reply.text += "(and " + std::to_string(answer->idle) + " that nobody holds or waits for)\n";
  reply.json.put("locks", answer->locks).put("idle", answer->idle);
  reply.json.put("deadlocks", answer->deadlocks);
  return reply;
}

CommandResult set_nmap_reply(Debugger& dbg, std::string_view text) {
  constexpr const char* kUsage = "set nmap debug N, or set nmap verbose N";
  std::string_view what = take_word(text);
  long long level = 0;
  bool debug = what == "debug" || what == "debugging";
  bool verbose = what == "verbose" || what == "verbosity";
  if ((!debug && !verbose) || !base::parse_int(base::trim(text), level) || level < 0 || level > 99)
    return base::fail("set which of nmap's levels to what?", kUsage);
  dap::NseSetLevels::Arguments arguments;
  (debug ? arguments.debugging : arguments.verbosity) = static_cast<int>(level);
  base::Result<dap::NseSetLevels::Response> now =
      dbg.debuggee.request<dap::NseSetLevels>(arguments);
  if (!now) return now.take_error();
  Reply reply{"nmap's debug level is " + std::to_string(now->debugging) + ", its verbosity " +
                  std::to_string(now->verbosity),
              {}};
  reply.json.put("debugging", now->debugging).put("verbosity", now->verbosity);
  return reply;
}

}  // namespace cli
