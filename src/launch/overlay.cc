#include "launch/overlay.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Fd;
using base::Status;

// @NAME@ is replaced. Locals only: strict.lua and the scripts must not see a trace of this file.
// The last line is a tail call, so the real nse_main.lua has the same caller as ever: nmap.
constexpr const char* kTemplate =
    R"lua(-- Written by nsedbg for one run of nmap; it goes away with that run.
--
-- nmap finds this file before its own nse_main.lua. It loads the debugger's agent, which restores
-- the environment and says where the real nse_main.lua is; that one then runs as always.

local agents = {
@AGENTS@}

local config = {
@CONFIG@}

-- Where the real nse_main.lua may be, in nmap's own order.
local places = {
@PLACES@}

local cnse = ...

local function find_real ()
  for _, path in ipairs(places) do
    local file = io.open(path, "r")
    if file then
      file:close()
      return path
    end
  end
  local _, stdnse = cnse.fetchfile_absolute("nselib/stdnse.lua")
  return (stdnse:gsub("nselib/stdnse%.lua$", "nse_main.lua"))
end

local function load_agent (...)
  local path = assert(agents[_VERSION], "there is none for " .. _VERSION)
  local open = assert(package.loadlib(path, "nsedbg_open"))
  return assert(open(config, ...))
end

@ASK@
local loaded, real = pcall(load_agent, ...)
if not loaded then
  io.stderr:write("nsedbg: the agent could not be loaded: ", tostring(real),
    "; the scan goes on without it\n")
  real = find_real()
end
return assert(loadfile(real))(...)
)lua";

constexpr const char* kAskNmap =
    "config.real = false -- the agent asks nmap, once the environment is the user's again";
constexpr const char* kTellAgent =
    "config.real = find_real() -- nmap, if asked, would find this file again";

std::string literal(const std::string& text) { return "\"" + base::escape(text) + "\""; }

std::string literal_or_false(const std::optional<std::string>& text) {
  return text ? literal(*text) : "false";
}

std::string field(const std::string& name, const std::string& value) {
  return "  " + name + " = " + value + ",\n";
}

std::string nmapdir_value(const OverlayConfig& config) {
  if (config.nmapdir_untouched) return "os.getenv(\"NMAPDIR\") or false";
  return literal_or_false(config.nmapdir);
}

std::string agent_fields(const OverlayConfig& config) {
  std::string out;
  if (!config.agent_lua53.empty()) out += field("[\"Lua 5.3\"]", literal(config.agent_lua53));
  if (!config.agent_lua54.empty()) out += field("[\"Lua 5.4\"]", literal(config.agent_lua54));
  return out;
}

std::string config_fields(const OverlayConfig& config) {
  return field("socket", literal(config.socket)) + field("run_dir", literal(config.run_dir)) +
         field("nmapdir", nmapdir_value(config)) +
         field("allow_uid", std::to_string(config.allow_uid)) + field("wait", "true") +
         (config.open_socket ? field("open_socket", "true") : "") +
         (config.patience ? field("patience", std::to_string(*config.patience)) : "") +
         field("log", literal_or_false(config.log));
}

std::string place_lines(const OverlayConfig& config) {
  std::string out;
  for (const std::string& place : config.real_places) out += "  " + literal(place) + ",\n";
  return out;
}

// One pass over the template, so that no value can be taken for a placeholder.
std::string fill(std::string_view text,
                 const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string out;
  while (!text.empty()) {
    size_t at = text.find('@');
    out.append(text.substr(0, at));
    if (at == text.npos) break;
    text.remove_prefix(at);
    size_t length = 1;
    for (const auto& [name, value] : values) {
      if (!base::starts_with(text, name)) continue;
      out += value;
      length = name.size();
    }
    if (length == 1) out += '@';
    text.remove_prefix(length);
  }
  return out;
}

Status write_private_file(const std::string& path, const std::string& text) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.valid()) return fail(with_errno("cannot write " + path, errno));
  for (size_t done = 0; done < text.size();) {
    ssize_t n = write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(with_errno("cannot write " + path, errno));
    done += static_cast<size_t>(n);
  }
  return base::ok();
}

}  // namespace

std::string overlay_source(const OverlayConfig& config) {
  return fill(kTemplate, {{"@AGENTS@", agent_fields(config)},
                          {"@CONFIG@", config_fields(config)},
                          {"@PLACES@", place_lines(config)},
                          {"@ASK@", config.ask_nmap ? kAskNmap : kTellAgent}});
}

Status write_overlay(const std::string& directory, const OverlayConfig& config,
                     const std::string& shadowed) {
  Status written = write_private_file(directory + "/nse_main.lua", overlay_source(config));
  if (!written || shadowed.empty()) return written;
  for (const std::string& name : list_directory(shadowed)) {
    if (name == "nse_main.lua") continue;
    std::string link = directory + "/" + name;
    if (symlink(join(shadowed, name).c_str(), link.c_str()) != 0)
      return fail(with_errno("cannot make the link " + link, errno));
  }
  return base::ok();
}

}  // namespace launch
