#include "launch/nmap.h"

#include <sys/xattr.h>

#include <algorithm>

#include "base/text.h"
#include "launch/child.h"
#include "launch/paths.h"

namespace launch {
namespace {

using base::fail;
using base::Result;

constexpr auto kVersionDeadline = std::chrono::seconds(5);
constexpr size_t kProgramLimit = 64 << 20;
// What sudo searches where sudoers says nothing else (Debian's secure_path).
constexpr const char* kSudoPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kInstallHint = "on Debian and Ubuntu: apt-get install nmap";
constexpr const char* kLuaHint =
    "nsedbg has agents for Lua 5.3 (nmap 7.40 to 7.93) and Lua 5.4 (nmap 7.94 and later)";

// The rest of the line that begins with `prefix`, or empty.
std::string line_after(const std::string& text, std::string_view prefix) {
  for (const std::string& line : base::split(text, '\n')) {
    if (base::starts_with(line, prefix))
      return std::string(base::trim(std::string_view(line).substr(prefix.size())));
  }
  return {};
}

// "5.3.6" out of "nmap-liblua-5.3.6 openssl-3.0.19 …".
std::string lua_release(const std::string& features) {
  for (const std::string& word : base::split(features, ' ')) {
    size_t at = word.find("liblua-");
    if (at == 0 || (at != std::string::npos && word[at - 1] == '-')) return word.substr(at + 7);
  }
  return {};
}

// nmap has its NMAPDATADIR inside as a plain string: the one that ends in /share/nmap.
std::string data_dir_inside(const std::string& program) {
  const std::string_view tail("/share/nmap\0", 12);
  for (size_t at = program.find(tail); at != std::string::npos; at = program.find(tail, at + 1)) {
    size_t zero = program.rfind('\0', at);
    size_t begin = zero == std::string::npos ? 0 : zero + 1;
    if (program[begin] == '/') return program.substr(begin, at - begin + tail.size() - 1);
  }
  return {};
}

void look_inside(Nmap& nmap) {
  Result<std::string> program = read_file(nmap.path, kProgramLimit);
  if (!program) return;  // executable but not readable: nothing more to learn
  nmap.is_script = base::starts_with(*program, "#!");
  nmap.script_sets_dirs = nmap.is_script && program->find("NMAPDIR") != std::string::npos;
  if (!nmap.is_script) nmap.data_dir = data_dir_inside(*program);
  nmap.has_capabilities = getxattr(nmap.path.c_str(), "security.capability", nullptr, 0) > 0;
}

base::Error not_found(const std::string& word) {
  std::string meant = base::did_you_mean(base::basename(word), {"nmap"});
  bool is_nmap = base::basename(word) == "nmap";
  return fail("'" + word + "' was not found" + (word.find('/') == word.npos ? " in $PATH" : ""),
              meant.empty() || is_nmap ? kInstallHint : meant);
}

}  // namespace

Result<std::string> find_program(const std::string& word, const std::string& search,
                                 const std::string& cwd) {
  std::string blocked;
  auto usable = [&](const std::string& path) {
    if (is_executable_file(path)) return true;
    if (look_at(path) != FileKind::kNone && blocked.empty()) blocked = path;
    return false;
  };
  if (word.find('/') != std::string::npos) {
    std::string path = absolute(word, cwd);
    if (usable(path)) return path;
  } else {
    for (const std::string& directory : base::split(search, ':')) {
      std::string path = join(absolute(directory.empty() ? "." : directory, cwd), word);
      if (usable(path)) return path;
    }
  }
  if (blocked.empty()) return not_found(word);
  if (look_at(blocked) == FileKind::kDirectory)
    return fail("'" + blocked + "' is a directory, not a program", kInstallHint);
  return fail("'" + blocked + "' is not executable for you",
              "look at its permissions: ls -l " + blocked);
}

Result<Nmap> judge_version_text(const std::string& path, const std::string& text) {
  std::string version = line_after(text, "Nmap version ");
  if (version.empty())
    return fail("'" + path + "' is not nmap: its --version does not say so",
                "give nmap's own path, as in: nsedbg /usr/bin/nmap ARGS");
  Nmap nmap;
  nmap.path = path;
  nmap.version = version.substr(0, version.find(' '));
  std::string release = lua_release(line_after(text, "Compiled with:"));
  if (release.empty())
    return fail("'" + path + "' (nmap " + nmap.version + ") was built without Lua: it has no " +
                    "script engine to debug",
                "use an nmap whose --version lists liblua; " + std::string(kInstallHint), 3);
  nmap.lua = release.substr(0, 3);
  bool known =
      (nmap.lua == "5.3" || nmap.lua == "5.4") && (release.size() == 3 || release[3] == '.');
  if (!known)
    return fail("'" + path + "' (nmap " + nmap.version + ") has Lua " + release +
                    ", for which there is no agent",
                kLuaHint, 3);
  return nmap;
}

Result<Nmap> find_nmap(const Command& command, const Environment& environment,
                       const std::string& cwd) {
  std::string search = environment.get("PATH").value_or("/usr/bin:/bin");
  if (command.elevation != Elevation::kNone) search = kSudoPath + (":" + search);
  Result<std::string> path = find_program(command.nmap_word(), search, cwd);
  if (!path) return path.take_error();

  ChildSpec spec;
  spec.path = *path;
  spec.argv = {command.nmap_word(), "--version"};
  spec.environment = environment.entries();
  spec.cwd = cwd;
  Result<Output> output = run_captured(std::move(spec), kVersionDeadline);
  if (!output) return output.take_error();
  if (output->timed_out)
    return fail("'" + *path + " --version' gave no answer within 5 seconds",
                "is it really nmap? give its own path, as in: nsedbg /usr/bin/nmap ARGS");
  Result<Nmap> nmap = judge_version_text(*path, output->text);
  if (nmap) look_inside(*nmap);
  return nmap;
}

}  // namespace launch
