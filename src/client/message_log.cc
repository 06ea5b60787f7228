#include "client/message_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace client {

base::Result<MessageLog> MessageLog::open(const std::string& path) {
  static int sessions = 0;
  MessageLog log;
  log.file_ = base::Fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!log.file_.valid())
    return base::fail("cannot write the DAP log " + path + ": " + std::strerror(errno),
                      "$NSEDBG_DAP_LOG, or logFile in an editor, names the file");
  log.session_ = std::to_string(::getpid()) + "." + std::to_string(++sessions);
  return log;
}

void MessageLog::line(const char* direction, std::string_view json) {
  if (!enabled()) return;
  std::string text = "{\"dir\":\"";
  text += direction;
  text += "\",\"session\":\"" + session_ + "\",\"message\":";
  text += json;
  text += "}\n";
  put(text);
}

void MessageLog::cut() {
  if (enabled()) put("{\"cut\":true,\"session\":\"" + session_ + "\"}\n");
}

// One write a line: lines of sessions that share the file do not mix.
void MessageLog::put(std::string_view text) {
  ssize_t written = ::write(file_.get(), text.data(), text.size());
  if (written < 0 && errno != EINTR) file_.reset();  // a full disk must not end the session
}

}  // namespace client
