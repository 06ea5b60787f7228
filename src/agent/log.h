// The agent's own log, and the last words of an agent that met its own bug.
// Any thread. Never stdout: that is nmap's report (-oX -).
#pragma once

namespace agent {

// Opens `path` for appending; without it, log() is silent.
void open_log(const char* path);
void log(const char* format, ...) __attribute__((format(printf, 1, 2)));

// Only where going on is impossible: says so on stderr and aborts.
[[noreturn]] void die(const char* what);

}  // namespace agent
