// Every message of a session as a line of JSON, for the schema check and for bug reports.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace client {

class MessageLog {
 public:
  // Appends to `path`, so that several sessions of one run share a file; each line names its own.
  static base::Result<MessageLog> open(const std::string& path);

  MessageLog() = default;  // writes nothing

  void to_adapter(std::string_view json) { line("in", json); }
  void from_adapter(std::string_view json) { line("out", json); }
  // The session ends with requests that nobody answered, and that is no fault of the adapter's.
  void cut();
  bool enabled() const { return file_.valid(); }

 private:
  void line(const char* direction, std::string_view json);
  void put(std::string_view text);

  base::Fd file_;
  std::string session_;
};

}  // namespace client
