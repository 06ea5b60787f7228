// Everything that the terminal front end shows, and nmap's output between it.
//
// Session text and values go to stdout, errors to stderr (as gdb does). With --json every line of
// stdout is one object. While the user edits a line, output is printed above it: the line editor
// hooks in with before/after. Nothing is buffered: order on the screen is order of the calls.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/json_object.h"
#include "client/ansi.h"

namespace cli {

using client::Color;

class Console {
 public:
  Console(bool json, bool color) : json_(json), color_(color) {}

  bool json() const { return json_; }
  bool color() const { return color_; }
  void set_color(bool on) { color_ = on && color_allowed_; }
  // Whatever the user sets: what shows this could not.
  void allow_color(bool allowed) { color_allowed_ = allowed; }

  // Session text; a newline is added if it has none. Nothing in JSON mode.
  void print(std::string_view text);
  // An error of the debugger. JSON mode leaves errors to the command's result object.
  void error(std::string_view text);
  void object(const JsonObject& object);

  // From now on session text goes to stderr: stdout is nmap's.
  void print_to_stderr() { text_fd_ = 2; }

  // nmap's own output, byte for byte; `fd` is 1 or 2.
  void nmap(int fd, std::string_view bytes);
  // The end of a stretch of nmap's output: what has no newline yet is shown too.
  void flush_nmap();

  std::string paint(Color color, std::string_view text) const;
  int width() const;  // columns of the terminal, 80 if it is none
  void set_width(int columns) { fixed_width_ = columns; }

  // Where it all goes instead of stdout and stderr.
  using Sink = std::function<void(int fd, std::string_view text)>;
  void set_sink(Sink sink) { sink_ = std::move(sink); }

  struct Hooks {
    std::function<void()> before;  // clears the line being edited
    std::function<void()> after;   // draws it again
  };
  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

 private:
  void put(int fd, std::string_view text);
  void nmap_json(int fd, std::string_view bytes);

  bool json_;
  bool color_;
  bool color_allowed_ = true;
  int fixed_width_ = 0;
  int text_fd_ = 1;
  bool line_open_ = false;  // nmap's last output did not end its line
  std::string held_[2];     // JSON: the unfinished line of each stream
  Hooks hooks_;
  Sink sink_;
};

}  // namespace cli
