// Which scripts nmap has chosen, and which there are: what `why` must know of a script that was
// never tried.
//
// The chosen ones are read once, when the engine first runs, from the upvalue `chosen_scripts` of
// nse_main.lua's `main` (7.93:1338, the same in 7.80 … HEAD); all others from script.db, as text,
// when somebody asks. read() on the main thread, the rest on any.
#pragma once

#include <string>
#include <vector>

#include "base/mutex.h"
#include "lua/api.h"

namespace agent {

struct ChosenScript {
  std::string name;
  int runlevel = 1;
  bool by_name = false;
  bool forced = false;
  std::vector<std::string> rules;         // "portrule" …
  std::vector<std::string> dependencies;  // names
};

class Selection {
 public:
  // Main thread, once, before the engine is loaded: where nmap's own nse_main.lua is.
  void open(const std::string& real_nse_main);
  // Main thread, in a function that the engine's run loop has called: reads what there is to read,
  // the first time. Does not raise.
  void read(lua_State* L);

  bool known();  // read() has found them
  // Null if it was not chosen. Stable.
  const ChosenScript* chosen(const std::string& name);
  std::vector<std::string> names();

  // The categories of a script of nmap's database; false if there is none of that name.
  bool categories(const std::string& name, std::vector<std::string>& out);
  std::vector<std::string> all_names();

 private:
  struct Entry {
    std::string name;
    std::vector<std::string> categories;
  };
  void read_script(lua_State* W, int script);
  std::vector<Entry> database();

  base::Mutex mutex_;
  std::string database_path_;
  std::vector<ChosenScript*> chosen_;
  bool read_ = false;
};

Selection& selection();

}  // namespace agent
