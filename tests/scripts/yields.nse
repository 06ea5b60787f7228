description = [[Yields out of its action, which NSE cannot resume.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"

prerule = function() return true end

local function wander(step)
  local asked = "for " .. step
  return coroutine.yield(asked)
end

action = function()
  local generator = coroutine.wrap(function() coroutine.yield("fine") end)
  local first = generator()
  return wander("a step") .. first
end
