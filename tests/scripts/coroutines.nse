description = [[Generators and a network call inside a nested coroutine, for stepping.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local nmap = require "nmap"
local stdnse = require "stdnse"

portrule = function() return true end

local function produce(host, port)
  return coroutine.wrap(function()
    local socket = nmap.new_socket()
    local status = socket:connect(host, port)
    coroutine.yield("connected " .. tostring(status))
    socket:close()
    coroutine.yield("closed")
  end)
end

action = function(host, port)
  local next_item = produce(host, port)
  local first = next_item()
  local second = next_item()
  stdnse.sleep(0.01)
  local out = {first, second}
  return out
end
