description = [[An inner coroutine that yields a hundred times, for stops that follow one another fast.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"

prerule = function() return true end

local function squares()
  for i = 1, 100 do
    local square = i * i
    coroutine.yield(square)
  end
end

action = function()
  local sum = 0
  for square in coroutine.wrap(squares) do
    sum = sum + square
  end
  return "sum " .. sum
end
