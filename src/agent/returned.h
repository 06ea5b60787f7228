// What the function that a step has left gave back: at the step's end the last children of the
// Locals scope ("Return value"), `NSE.returned`, and a member of the `stopped` event.
//
// Read in the return hook (lua/returned.h). Until the stop, a few lines or a network wait later,
// the values are held weakly: a socket that nobody keeps but us would change the scan. Main thread
// only; keep_returned and the others are called in hooks and at stops, and do not raise.
#pragma once

#include <string>
#include <vector>

#include "agent/frames.h"
#include "dap/events.h"

namespace agent {

struct NseThread;

// In a return hook.
void keep_returned(lua_State* co, lua_Debug* ar, const NseThread* thread, std::string function);
void drop_returned(const NseThread* thread);  // if they are of that one

// At a stop of `thread`: into its event; and from now on they belong to the frame `top`, until they
// are dropped.
void show_returned(const NseThread* thread, const Frame& top, dap::StoppedEvent& event);

// Inside lua::protect. How many are shown in this frame; the value of number 1 …; a list of all.
int count_returned(const Frame& frame);
void push_returned(lua_State* W, int number);
bool push_all_returned(lua_State* W);   // false and nothing pushed if there are none
std::string returned_name(int number);  // "Return value"

}  // namespace agent
