description = [[Calls a library, and is called back by it: for steps that skip libraries.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local listop = require "listop"

prerule = function() return true end

local function twice(n)
  local doubled = n * 2
  return doubled
end

action = function()
  local empty = listop.is_empty({})
  local doubled = listop.map(twice, {1, 2})
  local sum = doubled[1] + doubled[2]
  return "sum " .. sum .. " " .. tostring(empty)
end
