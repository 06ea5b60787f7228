// What the user can set, as one table: it drives `set`, `show`, completion and the manual.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

class Console;

struct Settings {
  std::string color = "auto";    // auto, always, never
  std::string listing = "auto";  // auto: ten lines at a stop, one line after a step
  int width = 0;                 // 0: the terminal's
  int listsize = 10;
  bool confirm = true;
  bool just_my_script = false;
  int history = 1000;
  // The agent's: see execution.h, send_setting().
  bool freeze = true;
  bool non_stop = false;
};

struct Setting {
  const char* name;
  const char* values;  // "auto|always|never", or "NUMBER"
  const char* help;
  std::string (*get)(const Settings&);
  bool (*set)(Settings&, std::string_view value);  // false: not one of `values`
};

std::span<const Setting> settings_table();
const Setting* find_setting(std::string_view name);
base::Status change_setting(Settings& settings, std::string_view name, std::string_view value);

// NO_COLOR and what stdout is, unless the user decided.
bool wants_color(const Settings& settings);
void apply(const Settings& settings, Console& console);

}  // namespace cli
