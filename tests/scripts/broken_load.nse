description = [[Raises an error while it is loaded.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

prerule = function() return true end

local missing = nil
local field = missing.field

action = function() return field end
