description = [[Runs without a call and without a line change, until the argument spin.go says stop.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

prerule = function() return true end

action = function()
  local turns, go = 0, true
  while go do turns = turns + 1 end
  return "ended after some turns: " .. tostring(turns > 0)
end
