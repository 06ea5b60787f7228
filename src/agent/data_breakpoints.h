// Data breakpoints: the scan stops when a field of a table, or a local, has another value than
// before.
//
// Lua has no hardware for this, so while one is armed every line of every coroutine raises a line
// event, at which the values are read raw and compared with what they were; the stop is at the
// first line after the write. A field is looked at after each line anywhere; a local when a line of
// its own function comes. Equal means rawequal: a table that is changed inside is the same table.
//
// A field is remembered by its table in a table with weak values, a local by the activation record
// of its frame: nothing of the script's is kept alive. With the table or the frame the breakpoint
// ends. Threads: set() any, under a mutex; all else the main thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/condition.h"
#include "agent/frames.h"
#include "agent/sources.h"
#include "base/mutex.h"
#include "base/result.h"
#include "dap/requests.h"

namespace agent {

class DataBreakpoints {
 public:
  // While stopped: what a client may watch.
  dap::DataBreakpointInfo::Response info(const dap::DataBreakpointInfo::Arguments& arguments,
                                         const Frame& frame);

  // Replaces those of the client.
  std::vector<dap::Breakpoint> set(int client_id, const std::vector<dap::DataBreakpoint>& wanted);

  // Takes over what set() was given; from now on the values are those of now.
  void refresh();
  bool armed() const { return !armed_.empty(); }
  bool watches_locals() const { return locals_; }

  struct Hit {
    std::vector<int> ids;
    std::string description;
  };
  // In a line hook. Nothing: no value has changed, or conditions say no.
  std::optional<Hit> at_line(lua_State* co, lua_Debug* ar);
  void on_return(lua_State* co, lua_Debug* ar);
  void coroutine_ended(lua_State* co);

 private:
  // What a dataId names. The field's table, its key and the value it had are in Lua's weak table.
  struct Datum {
    int id = 0;  // also the breakpoint's
    std::string name;
    bool is_local = false;
    lua_State* co = nullptr;
    const void* activation = nullptr;
    const void* prototype = nullptr;
    int slot = 0;
  };
  struct Watch {
    Datum datum;
    std::unique_ptr<Condition> condition;
    std::string condition_text;
    std::optional<HitCondition> hit;
    int hits = 0;
    bool is_nil = false;
    std::string text;  // of the value
  };

  enum class State { kSame, kChanged, kGone };

  base::Status find_out(lua_State* W, const dap::DataBreakpointInfo::Arguments& arguments,
                        const Frame& frame, Datum& datum);
  dap::Breakpoint check(const dap::DataBreakpoint& wanted);
  const Datum* find(const std::string& data_id) const;
  void arm(const dap::DataBreakpoint& wanted);
  static bool push_now(lua_State* W, lua_State* co, lua_Debug* ar, const Datum& datum);
  static State compare(const Watch& watch, lua_State* co, lua_Debug* ar);
  void remember(Watch& watch, lua_State* co, lua_Debug* ar);
  bool passes(Watch& watch, lua_State* co, lua_Debug* ar, std::string* problem);
  void end(size_t index, const char* why);

  base::Mutex mutex_;
  std::vector<Datum> known_;
  std::map<int, std::vector<dap::DataBreakpoint>> wanted_;  // by client
  bool replaced_ = false;

  std::vector<Watch> armed_;
  bool locals_ = false;
  SourceFile* last_file_ = nullptr;  // where the line event before this one was
  int last_line_ = 0;
};

DataBreakpoints& data_breakpoints();

}  // namespace agent
