description = [[
Burns CPU in small functions, as parsers in nselib do: the worst case for a debugger's hooks.
Reports how long its loop took. Used by scripts/bench; needs no target.
]]
author = "nsedbg authors"
license = "MIT"
categories = {"safe"}

local nmap = require "nmap"
local stdnse = require "stdnse"

prerule = function() return true end

local function cold(x)
  return x + 1 -- COLD: never runs
end

local function mix(x, y)
  local z = (x * 31 + y) & 0xffffff -- HOT: once a round
  return z ~ (z >> 7)
end

local function fields(s)
  local a, b = s:match("^(%d+):(%d+)$")
  return tonumber(a), tonumber(b)
end

local function round(i, x)
  local a, b = fields(i .. ":" .. x)
  x = mix(a, b)
  if x == -1 then
    x = cold(x)
  end
  return x
end

action = function()
  local rounds = tonumber(stdnse.get_script_args("cpu.rounds")) or 100000
  local x = 1
  collectgarbage()
  string.dump(mix) -- a mark for callgrind: nothing else calls lua_dump
  local start = nmap.clock()
  for i = 1, rounds do
    x = round(i, x)
  end
  local took = nmap.clock() - start
  string.dump(mix)
  return ("%.6f s for %d rounds"):format(took, rounds)
end
