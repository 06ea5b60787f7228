// Where a session begins: at the first line of a script, as it does behind mobdebug's start().
//
// Until then every rule and action stops. The first that counts is one in the file that the IDE
// has sent with LOAD, if nmap has loaded it; else any that is a script's (a rule made by
// shortport.lua is not what one wants to see first).
#pragma once

#include <string>

#include "client/debuggee.h"
#include "mobdebug/files.h"

namespace mobdebug {

class Entry {
 public:
  Entry(client::Debuggee& debuggee, const Files& files) : debuggee_(debuggee), files_(files) {}

  // `path`: of the file that the IDE shows; may be empty.
  void want(const std::string& path);
  bool wanted() const { return wanted_; }
  void forget();  // the session has begun

  // Is that stop the entry, or is it nothing to stop for?
  bool begins_at(const dap::StoppedEvent& stop, const dap::StackFrame* top) const;

 private:
  client::Debuggee& debuggee_;
  const Files& files_;
  bool wanted_ = false;
  std::string path_;
};

}  // namespace mobdebug
