#include "doctor/editor_checks.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "base/text.h"
#include "launch/environment.h"
#include "launch/nmap.h"
#include "launch/paths.h"

namespace doctor {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 6;
constexpr int kMaxEntries = 5000;  // a configuration, not a home directory with everything in it
constexpr size_t kMaxBytes = 256 << 10;
constexpr const char* kName = "nsedbg";

struct Editor {
  const char* name;
  std::vector<const char*> programs;
  std::vector<std::string> places;  // files and directories of its configuration
  const char* remedy;
};

std::vector<Editor> editors(const std::string& home, const std::string& config) {
  return {
      {"Neovim", {"nvim"}, {config + "/nvim"}, "README, Editors: editors/nvim/nsedbg.lua"},
      {"Emacs",
       {"emacs"},
       {home + "/.emacs", home + "/.emacs.el", home + "/.emacs.d", config + "/emacs"},
       "README, Editors: editors/emacs"},
      {"Helix",
       {"hx", "helix"},
       {config + "/helix/languages.toml"},
       "README, Editors: editors/helix/languages.toml"},
  };
}

bool is_here(const std::vector<const char*>& programs) {
  std::string path = launch::Environment::current().get("PATH").value_or("/usr/bin:/bin");
  for (const char* program : programs)
    if (launch::find_program(program, path, "/")) return true;
  return false;
}

bool mentions(const fs::path& file) {
  base::Result<std::string> text = launch::read_file(file, kMaxBytes);
  return text && text->find(kName) != std::string::npos;
}

bool is_configuration(const fs::path& file) {
  std::string type = file.extension();
  return type == ".lua" || type == ".vim" || type == ".el" || type == ".toml";
}

// The first file at or below `place` that speaks of nsedbg; empty if there is none.
std::string find_mention(const fs::path& place) {
  std::error_code error;
  if (fs::is_regular_file(place, error)) return mentions(place) ? place.string() : "";
  auto options = fs::directory_options::follow_directory_symlink |
                 fs::directory_options::skip_permission_denied;
  int seen = 0;
  for (fs::recursive_directory_iterator entry(place, options, error), end;
       !error && entry != end && seen < kMaxEntries; entry.increment(error), ++seen) {
    if (entry.depth() >= kMaxDepth) entry.disable_recursion_pending();
    std::error_code ignored;
    if (is_configuration(entry->path()) && entry->is_regular_file(ignored) &&
        mentions(entry->path()))
      return entry->path();
  }
  return "";
}

Check editor_check(const Editor& editor) {
  for (const std::string& place : editor.places)
    if (std::string file = find_mention(place); !file.empty())
      return {State::kOk, editor.name, file, ""};
  if (!is_here(editor.programs)) return {State::kAbsent, editor.name, "not installed", ""};
  return {State::kAbsent, editor.name, "its configuration does not mention nsedbg", editor.remedy};
}

Check vscode_check(const std::string& home) {
  bool here = is_here({"code", "codium", "code-insiders", "code-server"});
  for (const char* folder : {"/.vscode", "/.vscode-server", "/.vscode-insiders", "/.vscode-oss",
                             "/.local/share/code-server"}) {
    std::string extensions = home + folder + "/extensions";
    here |= launch::look_at(extensions) == launch::FileKind::kDirectory;
    for (const std::string& name : launch::list_directory(extensions))
      if (base::starts_with(name, "nsedbg.nsedbg-"))
        return {State::kOk, "VS Code", extensions + "/" + name, ""};
  }
  if (!here) return {State::kAbsent, "VS Code", "not installed", ""};
  return {State::kAbsent, "VS Code", "nsedbg's extension is not installed",
          "make vsix && code --install-extension build/nsedbg.vsix"};
}

}  // namespace

std::vector<Check> editor_checks() {
  launch::Environment environment = launch::Environment::current();
  std::string home = environment.get("HOME").value_or("/nonexistent");
  std::string config = environment.get("XDG_CONFIG_HOME").value_or(home + "/.config");
  std::vector<Check> checks = {vscode_check(home)};
  for (const Editor& editor : editors(home, config)) checks.push_back(editor_check(editor));
  if (!is_here({kName}))
    checks.push_back({State::kWarning, "PATH",
                      "nsedbg is not in it, and editors start it by that name",
                      "add the directory to PATH, or give editors the whole path"});
  return checks;
}

}  // namespace doctor
