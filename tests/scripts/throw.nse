description = [[Raises errors: caught ones, one inside a coroutine, and at last one that nobody catches.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local nmap = require "nmap"

prerule = function() return true end

local function deepest(level)
  local here = "level " .. level
  if level == 0 then
    local nothing = nil
    return nothing.field
  end
  return deepest(level - 1) .. here
end

action = function()
  local ok = pcall(deepest, 2)
  local wrapped = coroutine.wrap(function() deepest(1) end)
  local caught = pcall(wrapped)
  local co = coroutine.create(function() deepest(1) end)
  local resumed = coroutine.resume(co)
  nmap.registry.throw = {ok, caught, resumed}
  local last = coroutine.wrap(function()
    local inside = "the coroutine's own local"
    return deepest(1) .. inside
  end)
  local never = last()
  return never
end
