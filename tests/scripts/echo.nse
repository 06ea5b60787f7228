description = [[Asks a server twice and shows both answers: each question is a few network waits.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"

portrule = function() return true end

local function ask(host, port, question)
  local socket = nmap.new_socket()
  local connected, why = socket:connect(host, port)
  if not connected then return why end
  socket:send(question .. "\n")
  local received, answer = socket:receive_lines(1)
  socket:close()
  return answer
end

action = function(host, port)
  local first = ask(host, port, "one")
  local second = ask(host, port, "two")
  local both = first .. second
  return both
end
