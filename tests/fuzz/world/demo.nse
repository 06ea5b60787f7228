local outside, counter = "an upvalue", 0

local function network (...) -- what a socket's method is to a script: others run meanwhile
  return coroutine.yield(...)
end

portrule = function (host, port)
  return port.number > 0 and host.ip ~= nil
end

local function deepest (level, ...)
  if level > 0 then
    local below = deepest(level - 1, ...)
    return below
  end
  local integer, float, truth, nothing = 42, 1.5, true, nil
  local text, bytes = "plain caf\xc3\xa9", "a\0b\255\n\27[31m"
  local list, record = {10, 20, 30}, {name = "n", [1] = "one", ["two words"] = 2, [1.5] = {}, [true] = false}
  local self = {}
  self.self = self
  local object = setmetatable({}, {__index = function () error "looked at" end, __name = "Object"})
  local inner = coroutine.wrap(function (a)
    local b = a + 1
    counter = counter + b
    coroutine.yield(b)
    return b
  end)
  local many = {}
  for i = 1, 40 do many[i] = i end
  counter = counter + inner(integer) + inner() -- the fuzzer stops every scan here
  network(1)
  return integer, outside, counter
end

action = function (host, port)
  local ok, why = pcall(deepest, 3, "first", nil, 3)
  network(2)
  if port.number > 80 then
    local broken = nil
    return broken.field
  end
  return why
end
