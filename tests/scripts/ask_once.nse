description = [[Asks a server and shows how each call ended: its error paths are the point.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local coroutine = require "coroutine"
local nmap = require "nmap"
local stdnse = require "stdnse"

portrule = function() return true end

local function ended(what, status, value)
  return what .. ": " .. tostring(status) .. ", " .. tostring(value)
end

local function talk(host, port)
  local timeout = tonumber(stdnse.get_script_args("ask_once.timeout")) or 20000
  local socket = nmap.new_socket()
  socket:set_timeout(timeout)
  local status, value = socket:connect(host, port)
  if not status then return ended("connect", status, value) end
  status, value = socket:send("question\n")
  if not status then return ended("send", status, value) end
  status, value = socket:receive_buf("\n", false)
  local result = ended("receive", status, value)
  socket:close()
  return result
end

action = function(host, port)
  if not stdnse.get_script_args("ask_once.nested") then
    local result = talk(host, port)
    return result
  end
  local ask = coroutine.wrap(talk)
  local result = ask(host, port)
  return result
end
