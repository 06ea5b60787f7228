// What became of breakpoints that never stopped a scan.
#pragma once

namespace cli {

struct Debugger;

// For a scan that is over and that no breakpoint has stopped: a person is told what to ask; where
// nobody can ask, in a batch, the answers themselves go to stderr.
void tell_why_nothing_stopped(Debugger& dbg);

}  // namespace cli
