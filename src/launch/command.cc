#include "launch/command.h"

#include <cstring>

#include "base/text.h"

namespace launch {
namespace {

using base::fail;
using base::Result;

struct OptionTable {
  const char* short_with_value;
  std::vector<const char*> long_with_value;
};

const OptionTable& sudo_options() {
  static const OptionTable table{
      "ughpCrtTUDRac",
      {"user", "group", "host", "prompt", "close-from", "role", "type", "command-timeout",
       "other-user", "chdir", "chroot", "auth-type", "login-class"}};
  return table;
}

const OptionTable& doas_options() {
  static const OptionTable table{"aCu", {}};
  return table;
}

// Reads the options between `sudo` and the command it runs.
class ElevationReader {
 public:
  ElevationReader(Command& command, const OptionTable& table) : command_(command), table_(table) {}

  void read() {
    at_ = 1;
    while (at_ < words().size() && read_word()) ++at_;
    command_.nmap = at_;
  }

 private:
  const std::vector<std::string>& words() const { return command_.words; }

  // False at the word that is the command itself.
  bool read_word() {
    const std::string& word = words()[at_];
    if (options_ended_) return false;
    if (word.size() < 2 || word[0] != '-') return read_assignment(word);
    if (word == "--") return options_ended_ = true;
    if (base::starts_with(word, "--")) {
      read_long(word.substr(2));
    } else {
      read_cluster(word);
    }
    return true;
  }

  bool read_assignment(const std::string& word) {
    size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || word.find('/') < equals) return false;
    if (word.substr(0, equals) == "NMAPDIR") {
      command_.nmapdir = word.substr(equals + 1);
      command_.nmapdir_word = at_;
    }
    return true;
  }

  void read_long(const std::string& text) {
    size_t equals = text.find('=');
    std::string name = text.substr(0, equals);
    if (name == "preserve-env") command_.keeps_environment |= keeps_nmapdir(text);
    for (const char* known : table_.long_with_value) {
      if (name != known) continue;
      std::string value = equals == std::string::npos ? next_word() : text.substr(equals + 1);
      if (name == "user") command_.user = value;
    }
  }

  // --preserve-env, or --preserve-env=LIST with NMAPDIR in it.
  static bool keeps_nmapdir(const std::string& text) {
    size_t equals = text.find('=');
    if (equals == std::string::npos) return true;
    for (const std::string& name : base::split(text.substr(equals + 1), ','))
      if (name == "NMAPDIR") return true;
    return false;
  }

  void read_cluster(const std::string& word) {
    for (size_t i = 1; i < word.size(); ++i) {
      char letter = word[i];
      if (letter == 'E') command_.keeps_environment = true;
      if (!std::strchr(table_.short_with_value, letter)) continue;
      std::string value = i + 1 < word.size() ? word.substr(i + 1) : next_word();
      if (letter == 'u') command_.user = value;
      return;
    }
  }

  std::string next_word() { return at_ + 1 < words().size() ? words()[++at_] : std::string(); }

  Command& command_;
  const OptionTable& table_;
  size_t at_ = 1;
  bool options_ended_ = false;
};

}  // namespace

std::vector<std::string> Command::nmap_arguments() const {
  return {words.begin() + static_cast<ptrdiff_t>(nmap) + 1, words.end()};
}

Result<Command> parse_command(std::vector<std::string> words) {
  if (words.empty() || words[0].empty())
    return fail("no nmap command was given", "for example: nsedbg nmap --script http-title HOST",
                2);
  Command command;
  command.words = std::move(words);
  std::string_view program = base::basename(command.words[0]);
  if (program == "sudo") {
    command.elevation = Elevation::kSudo;
    ElevationReader(command, sudo_options()).read();
  } else if (program == "doas") {
    command.elevation = Elevation::kDoas;
    ElevationReader(command, doas_options()).read();
  }
  if (command.nmap >= command.words.size())
    return fail("'" + command.words[0] + "' is given no command to run",
                "for example: nsedbg sudo nmap --script http-title HOST", 2);
  return command;
}

}  // namespace launch
