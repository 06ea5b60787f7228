#include "doctor/terminal_check.h"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <string>
#include <vector>

#include "base/fd.h"
#include "launch/environment.h"
#include "launch/paths.h"

namespace doctor {
namespace {

constexpr int kUsableColumns = 40;

// terminfo(5): a file below one of these directories, in a folder of its first letter.
bool is_described(const std::string& term, const launch::Environment& environment) {
  std::vector<std::string> places = {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"};
  if (auto own = environment.get("TERMINFO")) places.push_back(*own);
  if (auto home = environment.get("HOME")) places.push_back(*home + "/.terminfo");
  for (const std::string& place : places)
    if (launch::look_at(place + "/" + term[0] + "/" + term) == launch::FileKind::kFile) return true;
  return false;
}

std::string size_text(const winsize& size) {
  return std::to_string(size.ws_col) + "x" + std::to_string(size.ws_row);
}

}  // namespace

Check terminal_check() {
  Check check{State::kOk, "terminal", "", ""};
  base::Fd tty(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!tty.valid()) return {State::kAbsent, "terminal", "there is none here", "--batch needs none"};
  launch::Environment environment = launch::Environment::current();
  std::string term = environment.get("TERM").value_or("");
  winsize size{};
  ioctl(tty.get(), TIOCGWINSZ, &size);
  std::setlocale(LC_CTYPE, "");
  bool utf8 = std::string(nl_langinfo(CODESET)) == "UTF-8";
  bool plain = environment.get("NO_COLOR").value_or("") != "";
  check.text = (term.empty() ? "TERM is not set" : term) + ", " + size_text(size) +
               (plain ? ", no colours (NO_COLOR)" : ", colours") + (utf8 ? ", UTF-8" : "");
  auto warn = [&](const std::string& text, const std::string& remedy) {
    check = {State::kWarning, "terminal", check.text + ": " + text, remedy};
  };
  if (term.empty() || term == "dumb")
    warn("lines cannot be edited", "set TERM to what the terminal is, such as xterm-256color");
  else if (!is_described(term, environment))
    warn("terminfo does not know it", "apt-get install ncurses-term, or: TERM=xterm-256color");
  else if (size.ws_col > 0 && size.ws_col < kUsableColumns)
    warn("too narrow to read values in", "make it at least 40 columns wide");
  else if (!utf8)
    warn("the locale is not UTF-8", "LANG=C.UTF-8, if the terminal shows UTF-8");
  return check;
}

}  // namespace doctor
