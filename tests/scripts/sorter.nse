description = [[Sorts with a function of its own, which table.sort calls and nothing can yield from.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local table = require "table"

prerule = function() return true end

local function earlier(a, b)
  local less = a < b
  return less
end

action = function()
  local list = {3, 1, 2}
  table.sort(list, earlier)
  return table.concat(list, " ")
end
