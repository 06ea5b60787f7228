#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/write_all.h"

namespace cli {

void Console::put(int fd, std::string_view text) {
  if (text.empty()) return;
  if (sink_) return sink_(fd, text);
  if (hooks_.before) hooks_.before();
  base::write_all(fd, text);
  if (hooks_.after) hooks_.after();
}

void Console::print(std::string_view text) {
  if (json_ || text.empty()) return;
  std::string out = line_open_ && text_fd_ == STDOUT_FILENO ? "\n" : "";
  out += text;
  if (out.back() != '\n') out += '\n';
  if (text_fd_ == STDOUT_FILENO) line_open_ = false;
  put(text_fd_, out);
}

void Console::error(std::string_view text) {
  if (json_) return;
  std::string out = line_open_ && isatty(STDERR_FILENO) ? "\n" : "";
  out += paint(Color::kRed, text);
  out += '\n';
  line_open_ = false;
  put(STDERR_FILENO, out);
}

void Console::object(const JsonObject& object) {
  if (json_) put(STDOUT_FILENO, object.text() + "\n");
}

void Console::nmap(int fd, std::string_view bytes) {
  if (bytes.empty()) return;
  if (json_) return nmap_json(fd, bytes);
  line_open_ = bytes.back() != '\n';
  put(fd, bytes);
}

// Whole lines, so that no character is torn and a reader need not join objects.
void Console::nmap_json(int fd, std::string_view bytes) {
  std::string& held = held_[fd - 1];
  held += bytes;
  size_t end = held.rfind('\n');
  if (end == std::string::npos) return;
  JsonObject event;
  event.put("event", "output").put("category", fd == 1 ? "stdout" : "stderr");
  event.put("text", held.substr(0, end + 1));
  held.erase(0, end + 1);
  object(event);
}

void Console::flush_nmap() {
  for (int fd : {1, 2})
    if (!held_[fd - 1].empty()) nmap_json(fd, "\n");
}

std::string Console::paint(Color color, std::string_view text) const {
  return color_ ? client::paint(color, text) : std::string(text);
}

int Console::width() const {
  if (fixed_width_ > 0) return fixed_width_;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace cli
