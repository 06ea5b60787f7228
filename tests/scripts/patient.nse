description = [[Asks a server two questions and waits at most four seconds for each answer.
With the script argument patient.tls the host of that address is talked to by TLS.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

portrule = function() return true end

local function ask(socket, question)
  socket:send(question .. "\n")
  local received, answer = socket:receive_lines(1)
  local kept = answer:gsub("%s+$", "")
  return kept
end

action = function(host, port)
  local socket = nmap.new_socket()
  socket:set_timeout(4000)
  local tls = stdnse.get_script_args("patient.tls") == host.ip
  local connected, why = socket:connect(host, port, tls and "ssl" or "tcp")
  if not connected then return "connect: " .. why end
  local first = ask(socket, "one")
  local second = ask(socket, "two")
  socket:close()
  return first .. ", " .. second
end
