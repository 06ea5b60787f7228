description = [[Catches errors in every way there is, and tells in detail what it got.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local debug = require "debug"
local nmap = require "nmap"
local stdnse = require "stdnse"
local table = require "table"

prerule = function() return true end

local function raise(what)
  local thrown = what
  error(thrown)
end

local function wait_and_raise(what)
  stdnse.sleep(0.01)
  raise(what)
end

local function endless(n) return 1 + endless(n + 1) end

action = function()
  local out, handled = {}, 0
  local function note(...)
    local all = table.pack(...)
    for i = 1, all.n do all[i] = tostring(all[i]) end
    out[#out + 1] = table.concat(all, " ")
  end
  local object = setmetatable({code = 7}, {__tostring = function() return "an object" end})
  local function handler(problem)
    handled = handled + 1
    return "handled " .. tostring(problem)
  end

  note(pcall(raise, "plain"))
  note(pcall(raise, object))
  note(rawequal(select(2, pcall(raise, object)), object))
  note(pcall(raise, nil))
  note(pcall(error, "no position", 0))
  note(pcall(error, "their position", 2))
  note(pcall(string.rep))
  note(pcall(pcall))
  note(select("#", pcall(select, 2, nil, nil, nil)))
  note(pcall(pcall, raise, "inner"))
  note(xpcall(raise, handler, "for the handler"))
  note(handled)
  note(xpcall(raise, handler, object))
  note(handled)
  note(xpcall(raise, debug.traceback, "traced"))
  note(xpcall(raise, error, "an error in the handler"))
  note(xpcall(wait_and_raise, handler, "after a wait"))
  note(handled)
  note(pcall(wait_and_raise, "after a wait"))
  note(xpcall(function(...) stdnse.sleep(0.01) return ... end, handler, 1, nil, 3, nil))
  note(handled)
  note(string.find(select(2, pcall(endless, 1)), "stack overflow") ~= nil)
  note(coroutine.resume(coroutine.create(raise), "resumed"))
  note(pcall(coroutine.wrap(raise), "wrapped"))
  local try = nmap.new_try()
  note(select(2, pcall(try, false, "given up")).message)
  return "\n" .. table.concat(out, "\n")
end
