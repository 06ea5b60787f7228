// The connection to the IDE: MobDebug's commands come in by the line, LOAD with the bytes after it.
//
// It is the debuggee that connects. Everything runs in the loop's thread; nothing here waits but
// connect() and close().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "client/loop.h"

namespace mobdebug {

// A command as it came. `body`: the file that LOAD carries.
struct Command {
  std::string line;
  std::string body;

  std::string_view verb() const;  // "SETB"; empty if there is none
  std::string_view rest() const;  // what follows it, without blanks around
};

class Ide {
 public:
  // Waits at most five seconds.
  static base::Result<base::Fd> connect(const std::string& host, int port);

  // `readable` runs when more has come, or the end.
  Ide(client::Loop& loop, base::Fd socket, std::function<void()> readable);
  ~Ide() { close(); }

  // The next command that is there completely.
  const Command* peek();
  void drop() { next_.reset(); }

  void send(std::string_view text);
  bool open() const { return socket_.valid() && !at_end_; }
  bool heard_of() const { return heard_; }  // it has sent anything
  // The user who has the IDE's end of the connection, if it is on this machine.
  std::optional<bool> is_trusted() const;
  void close();  // what is not sent yet still goes out, if it is read at all

 private:
  void read_some();
  bool write_some();
  std::optional<Command> take();

  client::Loop& loop_;
  base::Fd socket_, out_;  // two of the same: a descriptor has one watch
  std::function<void()> readable_;
  client::Loop::WatchPtr watch_, writable_;
  std::string in_, unsent_;
  std::optional<Command> next_;
  bool at_end_ = false;
  bool heard_ = false;
};

}  // namespace mobdebug
