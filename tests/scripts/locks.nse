description = [[A worker holds a mutex while the action waits for it; then the action waits in a
condition variable.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

hostrule = function() return true end

-- By sleeping: nobody is told to wait by what is looked at.
local function await(state, what)
  while not state[what] do stdnse.sleep(0.01) end
end

local function work(state)
  local mutex = nmap.mutex "locks"
  mutex "lock"
  state.held = true
  await(state, "wants_mutex")
  local contended = true
  mutex "done"
  await(state, "wants_signal")
  local watched = true
  state.done = true
  nmap.condvar(state) "signal"
end

action = function()
  local state = {}
  local condvar = nmap.condvar(state)
  stdnse.new_thread(work, state)
  await(state, "held")
  state.wants_mutex = true
  local mutex = nmap.mutex "locks"
  mutex "lock"  -- waits for the worker
  mutex "done"
  state.wants_signal = true
  while not state.done do condvar "wait" end
  return "locks: done"
end
