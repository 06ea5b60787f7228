description = [[Does not compile.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

prerule = function() return true end

action = function( return "never" end
