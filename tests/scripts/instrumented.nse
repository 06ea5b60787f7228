description = [[Written for other debuggers: debugger.lua and MobDebug.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local dbg = require "debugger"

portrule = function() return true end

local function fails(what)
  local detail = "because of " .. what
  error(detail)
end

action = function(host, port)
  local socket = nmap.new_socket()
  dbg(true)
  dbg(socket == nil) -- not so: stops
  socket:connect(host, port)
  dbg() -- between two network calls
  socket:close()
  dbg.pp({ip = host.ip})
  dbg.writeln("%d of %s", port.number, dbg.shorten_path("port"))
  local mobdebug = require "mobdebug"
  mobdebug.start()
  mobdebug.off()
  if mobdebug.yield or mobdebug.basedir() ~= "" then mobdebug.output("stdout", "wrong") end
  local ok, problem = dbg.call(fails, "dbg.call")
  local same = select("#", dbg.call(function(...) return ... end, 1, nil, 3))
  dbg.assert(ok == false, "unseen")
  local caught, text = pcall(dbg.assert, ok, "the assertion")
  local raised, where = pcall(dbg.error, "the error")
  return ("%s %d %s; %s"):format(problem:match("because.*"), same, text, where)
end
