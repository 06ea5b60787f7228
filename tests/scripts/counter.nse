description = [[Counts to ten without touching the network: for conditions, hit counts, log messages.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

prerule = function() return true end

local function visit(i, seen)
  local square = i * i
  -- This line and the next one have no code.

  seen[#seen + 1] = square
  return square
end

action = function()
  local seen, sum = {}, 0
  for i = 1, 10 do
    sum = sum + visit(i, seen)
  end
  return "sum " .. sum
end
