// The commands of the prompt, as far as a front end with a console of its own must know them.
// main.cc fills it in with cli/.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "client/loop.h"

namespace client {

// One thread, the loop's. All but may_be_command() turn the loop until the agent has answered;
// run() of a command that lets the scan go on does so until it stops.
class Commands {
 public:
  virtual ~Commands() = default;

  // Does the line begin with the name of a command? Asks nobody.
  virtual bool may_be_command(const std::string& line) const = 0;

  // `agent`: a connection of its own to the agent.
  virtual base::Status attach(base::Fd agent) = 0;
  virtual bool attached() const = 0;
  virtual void close() = 0;

  // Escape sequences in what commands show; off at first.
  virtual void set_colors(bool on) = 0;

  // And is it one? Not if the frame (DAP's id; 0: the top one) has a variable of that name.
  virtual bool is_command(const std::string& line, int frame_id) = 0;
  // What the command shows.
  virtual base::Result<std::string> run(const std::string& line, int frame_id) = 0;
};

using MakeCommands = std::function<std::unique_ptr<Commands>(Loop&)>;

}  // namespace client
