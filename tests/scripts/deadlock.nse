description = [[The action and a worker wait for each other's mutex; another worker looks on.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

hostrule = function() return true end

local function take_both(state, first, second)
  nmap.mutex(first) "lock"
  state[first] = true
  while not state[second] do stdnse.sleep(0.01) end
  state.waiting = state.waiting + 1
  nmap.mutex(second) "lock"
end

action = function()
  local state = {waiting = 0}
  stdnse.new_thread(take_both, state, "left", "right")
  stdnse.new_thread(function()
    while state.waiting < 2 do stdnse.sleep(0.01) end
    local stuck = true
    return stuck
  end)
  take_both(state, "right", "left")
end
