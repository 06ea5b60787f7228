// Where a script's rule or action returned: what tells a script that "just returns nothing" from
// one that was never tried.
//
// A return hook on the script's base coroutine, with a budget: after so many returns within one
// resume it goes away, and that instance's place is not known. So a script that computes pays for
// some thousand returns, one that talks to the network pays nothing to speak of. nmap calls a rule
// from its own `main` and makes a tail call of the action (nse_main.lua 7.93:420-423, the same in
// 7.80 … HEAD): a rule's return is one level above the bottom, an action's is at the bottom.
// Main thread, in hooks.
#pragma once

#include "agent/resume.h"

namespace agent {

// 20,000 returns cost about a millisecond.
inline constexpr int kReturnBudget = 20000;

// enter_coroutine: is this one to be watched?
void grant_returns(Running& running);

inline bool watches_returns(const Running& running) { return running.returns_left > 0; }

// A return hook. True if the budget is used up by this one.
bool note_return(Running& running, lua_State* L, lua_Debug* ar);

}  // namespace agent
