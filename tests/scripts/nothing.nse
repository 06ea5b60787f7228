description = [[Returns nothing at one of several lines, or refuses in its rule: what `why` is for.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

local wanted = stdnse.get_script_args("nothing.port") or "8000"

portrule = function(host, port)
  if port.number ~= tonumber(wanted) then
    return false
  end
  return true
end

local function busy()
  local function turn(n) return n + 1 end
  local sum = 0
  for _ = 1, 30000 do sum = turn(sum) end
  return sum
end

action = function(host, port)
  local how = stdnse.get_script_args("nothing.how")
  if how == "busy" then
    busy()
  elseif how == "network" then
    local socket = nmap.new_socket()
    local status, problem = socket:connect(host, port)
    socket:close()
    return nil
  end
end
