description = [[Ends by nmap.new_try, which is an error that NSE catches: normal control flow.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"

prerule = function() return true end

action = function()
  local try = nmap.new_try()
  try(false, "the other side is silent")
end
