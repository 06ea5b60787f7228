description = [[Functions that return in every way there is: for what a step out of them shows.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local stdnse = require "stdnse"

prerule = function() return true end

local function one(n)
  local doubled = n * 2
  return doubled
end

local function several(...)
  local first = 1
  return first, "two", nil, ...
end

local function open()
  local here = 5
  return several(here, "six")
end

local function nothing()
  local unused = 1
end

local function waits()
  stdnse.sleep(0.01)
  return "waited"
end

local function handed_over(n)
  local more = n + 1
  return one(more)
end

action = function()
  local a = one(21)
  local b = {several("x")}
  local c = {open()}
  nothing()
  local d = waits()
  local e = handed_over(4)
  local f = coroutine.wrap(function() return "from inside" end)()
  local g = one(one(1))
  return "end " .. a
end
