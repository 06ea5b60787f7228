description = [[One local of every kind, a deep stack and varargs: for looking at and changing.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local nmap = require "nmap"
local setmetatable = setmetatable

prerule = function() return true end

local outside = "an upvalue"

local function down(level, ...)
  if level > 0 then
    local below = down(level - 1, ...)
    return below
  end
  local integer, float, truth, nothing = 42, 1.5, true, nil
  local text, bytes = "plain", "a\0b\255\n"
  local list, record = {10, 20, 30}, {name = "n", [1] = "one", ["two words"] = 2}
  local self = {}
  self.self = self
  local object = setmetatable({}, {__index = function() error("looked at") end})
  local socket, co = nmap.new_socket(), coroutine.create(function() end)
  local many = {}
  for i = 1, 2500 do many[i] = i end
  return integer, outside
end

action = function()
  local result = down(30, "first", "second")
  return "result " .. result
end
