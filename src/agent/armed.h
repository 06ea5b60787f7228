// The main thread's compiled copy of the breakpoint table: per file a bitmap of lines, per
// breakpoint its compiled condition, hit condition and log message.
// Main thread only; refresh() is one comparison of integers when nothing changed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/breakpoints.h"
#include "agent/condition.h"
#include "agent/nse_thread.h"

namespace agent {

struct ArmedBreakpoint {
  int id = 0;
  SourceFile* file = nullptr;
  int line = 0;          // line breakpoints
  int line_defined = 0;  // function breakpoints
  std::string script, rule;
  std::string condition_text;
  std::unique_ptr<Condition> condition;
  std::optional<HitCondition> hit;
  std::unique_ptr<LogMessage> log_message;
  History* history = nullptr;
  Mode mode = Mode::kEvery;
  TargetFilter filter;
  int asked_thread = 0;  // by its id: the last one that the filter was asked about
  bool is_for_asked = false;
};

// What a line or a function entry with breakpoints comes to.
struct Hit {
  bool stop = false;
  std::vector<int> ids;
  std::string problem;  // a condition that failed
};

class Armed {
 public:
  // Takes over changes of the table. True if anything changed.
  bool refresh();

  // Nothing armed anywhere?
  bool empty() const { return list_.empty(); }

  // Can a thread of `script` (empty: the engine) reach an armed breakpoint? A breakpoint in a
  // script file concerns that script alone; one in a library concerns everybody.
  // A thread that no filter lets through runs without a hook.
  bool reachable_by(NseThread* thread);

  // Fills the file's bitmap if it is older than the table.
  void update(SourceFile& file);
  bool has_breakpoint_in(SourceFile& file, int first_line, int last_line);
  bool has_function_at(SourceFile& file, int line_defined);

  // The breakpoints on a line of `ar` in `co`, tested in order: logs, counts, decides.
  Hit at_line(lua_State* co, lua_Debug* ar, SourceFile& file, int line);
  Hit at_function(lua_State* co, lua_Debug* ar, SourceFile& file, int line_defined,
                  const NseThread* thread, bool called_by_engine);

 private:
  bool concerns(ArmedBreakpoint& breakpoint, const NseThread* thread);
  void test(ArmedBreakpoint& breakpoint, lua_State* co, lua_Debug* ar, int line, Hit& hit);

  std::vector<std::unique_ptr<ArmedBreakpoint>> list_;
  std::vector<std::string> scripts_;  // script files with breakpoints, by name without extension
  bool libraries_ = false;            // some breakpoint is not in a script file
  bool filtered_ = false;             // some breakpoint is for some threads only
};

Armed& armed();

// The version of the table that is armed: compared at every hook, so not behind a call.
extern int armed_version;

}  // namespace agent
