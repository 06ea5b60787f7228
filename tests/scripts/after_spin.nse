description = [[Comes after spin: a script of the second runlevel.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

dependencies = {"spin"}

prerule = function() return true end

action = function() return "after" end
