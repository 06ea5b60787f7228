description = [[As many workers as --script-args workers=N says, all of which wait at once.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

hostrule = function() return true end

action = function()
  local wanted = tonumber(stdnse.get_script_args("workers"))
  local started, over = 0, 0
  local condvar = nmap.condvar "many_workers"
  local function work()
    started = started + 1
    condvar "wait"
    over = over + 1
  end
  for _ = 1, wanted do stdnse.new_thread(work) end
  while started < wanted do stdnse.sleep(0.01) end
  local all = started
  condvar "broadcast"
  while over < wanted do stdnse.sleep(0.01) end
  return "many_workers: " .. all
end
