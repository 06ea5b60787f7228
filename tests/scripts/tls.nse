description = [[Asks a server over TLS and shows the answer.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"

portrule = function() return true end

action = function(host, port)
  local socket = nmap.new_socket()
  socket:set_timeout(20000)
  local connected, why = socket:connect(host, port, "ssl")
  if not connected then return "not connected: " .. why end
  socket:send("hello\n")
  local received, answer = socket:receive_lines(1)
  socket:close()
  return answer
end
