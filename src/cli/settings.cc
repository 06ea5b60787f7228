#include "cli/settings.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "cli/console.h"

namespace cli {
namespace {

bool set_choice(std::string& out, std::string_view values, std::string_view value) {
  for (const std::string& choice : base::split(values, '|')) {
    if (choice != value) continue;
    out = choice;
    return true;
  }
  return false;
}

bool set_number(int& out, std::string_view value, long long least) {
  long long number = 0;
  if (!base::parse_int(value, number) || number < least || number > 1000000) return false;
  out = static_cast<int>(number);
  return true;
}

bool set_switch(bool& out, std::string_view value) {
  bool on = value == "on" || value == "1" || value == "yes";
  if (!on && value != "off" && value != "0" && value != "no") return false;
  out = on;
  return true;
}

constexpr std::array<Setting, 9> kSettings = {{
    {"color", "auto|always|never", "colours; auto: on a terminal, and never with NO_COLOR",
     [](const Settings& s) { return s.color; },
     [](Settings& s, std::string_view v) { return set_choice(s.color, "auto|always|never", v); }},
    {"confirm", "on|off", "ask before a scan is ended",
     [](const Settings& s) { return std::string(s.confirm ? "on" : "off"); },
     [](Settings& s, std::string_view v) { return set_switch(s.confirm, v); }},
    {"freeze", "on|off", "nmap's clock stands while the scan does: nothing times out meanwhile",
     [](const Settings& s) { return std::string(s.freeze ? "on" : "off"); },
     [](Settings& s, std::string_view v) { return set_switch(s.freeze, v); }},
    {"history", "NUMBER", "lines of history that are kept",
     [](const Settings& s) { return std::to_string(s.history); },
     [](Settings& s, std::string_view v) { return set_number(s.history, v, 0); }},
    {"just-my-script", "on|off", "steps stop in scripts only, and go through libraries",
     [](const Settings& s) { return std::string(s.just_my_script ? "on" : "off"); },
     [](Settings& s, std::string_view v) { return set_switch(s.just_my_script, v); }},
    {"listing", "auto|always|never",
     "source lines at a stop; auto: a screen at breakpoints, one line after a step",
     [](const Settings& s) { return s.listing; },
     [](Settings& s, std::string_view v) { return set_choice(s.listing, "auto|always|never", v); }},
    {"listsize", "NUMBER", "source lines that list shows",
     [](const Settings& s) { return std::to_string(s.listsize); },
     [](Settings& s, std::string_view v) { return set_number(s.listsize, v, 1); }},
    {"non-stop", "on|off", "a stop is that of one NSE thread; the rest of the scan goes on",
     [](const Settings& s) { return std::string(s.non_stop ? "on" : "off"); },
     [](Settings& s, std::string_view v) { return set_switch(s.non_stop, v); }},
    {"width", "NUMBER", "columns that values are wrapped to; 0: the terminal's",
     [](const Settings& s) { return std::to_string(s.width); },
     [](Settings& s, std::string_view v) { return set_number(s.width, v, 0); }},
}};

}  // namespace

std::span<const Setting> settings_table() { return kSettings; }

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : kSettings)
    if (name == setting.name) return &setting;
  return nullptr;
}

base::Status change_setting(Settings& settings, std::string_view name, std::string_view value) {
  const Setting* setting = find_setting(name);
  if (!setting) {
    std::vector<std::string> names;
    for (const Setting& known : kSettings) names.push_back(known.name);
    return base::fail("there is no setting '" + std::string(name) + "'",
                      base::did_you_mean(name, names));
  }
  if (setting->set(settings, base::trim(value))) return base::ok();
  return base::fail("'" + std::string(value) + "' is no value for " + setting->name,
                    std::string("possible: ") + setting->values);
}

bool wants_color(const Settings& settings) {
  if (settings.color == "always") return true;
  if (settings.color == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  bool dumb = term && std::string_view(term) == "dumb";
  return ::isatty(STDOUT_FILENO) && !(no_color && *no_color) && !dumb;
}

void apply(const Settings& settings, Console& console) {
  console.set_color(wants_color(settings));
  console.set_width(settings.width);
}

}  // namespace cli
