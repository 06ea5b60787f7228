// The text of scripts: from disk where it can be read, else from the agent (DAP `source`).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "client/lua_color.h"
#include "dap/types.h"

namespace client {
class Debuggee;
}

namespace cli {

struct SourceText {
  std::string path;
  std::vector<std::string> lines;
  std::vector<client::LuaState> states;  // what each line begins inside of

  int size() const { return static_cast<int>(lines.size()); }
  std::string_view line(int number) const { return lines[static_cast<size_t>(number - 1)]; }
  client::LuaState state(int number) const { return states[static_cast<size_t>(number - 1)]; }
};

class Sources {
 public:
  explicit Sources(client::Debuggee& debuggee) : debuggee_(debuggee) {}

  base::Result<const SourceText*> text(const dap::Source& source);
  // A file as the user names it: a path, or the bare name of something nmap has loaded.
  base::Result<const SourceText*> by_name(const std::string& name);
  void forget() { cache_.clear(); }  // a new run may have new files

 private:
  base::Result<std::string> fetch(const dap::Source& source);

  client::Debuggee& debuggee_;
  std::map<std::string, SourceText> cache_;
};

// "/usr/share/nmap/scripts/http-methods.nse" is "http-methods.nse" in all we print.
std::string short_name(const dap::Source& source);

}  // namespace cli
