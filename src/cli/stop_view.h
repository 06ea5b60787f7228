// What the user sees at a stop: why, where, the source around it, and the displays.
#pragma once

#include <string>

#include "cli/debugger.h"

namespace cli {

enum class StopStyle { kScreen, kLine };  // ten lines of source, or the one after a step

// Shows the stop the debuggee is at (text or JSON event), and selects its thread and frame.
void show_stop(Debugger& dbg, StopStyle style);
// Shows how nmap ended.
void show_end(Debugger& dbg);
// Non-stop: another thread stopped.
void show_also_stopped(Debugger& dbg, const dap::StoppedEvent& event);

std::string frame_text(Debugger& dbg, const dap::StackFrame& frame);  // "action at x.nse:12"
JsonObject frame_json(int level, const dap::StackFrame& frame);
// "#1  action at x.nse:12", and the line of source.
std::string frame_with_line(Debugger& dbg, int level);

// Lines first..last of a source, numbered, with breakpoint marks and the arrow at `current`.
std::string listing(Debugger& dbg, const SourceText& source, int first, int last, int current);

}  // namespace cli
