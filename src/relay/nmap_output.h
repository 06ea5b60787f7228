// nmap's output as DAP's `output` events: a line that a script makes nmap print has the line of
// source that did, so that a click leads there. The agent tells of it before nmap prints it
// (`nse/output`); of what it has not told, the text may name the script.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dap/events.h"
#include "dap/nse_events.h"

namespace relay {

class NmapOutput {
 public:
  // The agent told of a file that nmap has loaded.
  void loaded(const dap::Source& source);
  // The agent told of something that nmap is about to print.
  void told(const dap::NseOutputEvent& event);
  void forget();

  // `text` is whole lines. Lines without a script come together, in one event.
  std::vector<dap::OutputEvent> events(const std::string& category, const std::string& text);

 private:
  struct Told {
    std::string text;  // one line, without its end
    dap::Source source;
    int line = 0;
  };
  std::optional<Told> take_told(const std::string& category, std::string_view line);
  bool find_place(dap::OutputEvent& event);

  std::map<std::string, std::deque<Told>> told_;  // by category, in the order of printing
  std::map<std::string, dap::Source> scripts_;    // by name, without .nse
};

// "NSE: [http-methods 127.0.0.1:80] text" is http-methods'; empty for other lines.
std::string script_of_line(std::string_view line);

}  // namespace relay
