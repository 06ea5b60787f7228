-- NSE in small, for the fuzzer of the agent: what the agent recognises in the real nse_main.lua
-- (Thread:resume with `self`, scripts loaded from a reader and run once a thread, an engine that
-- goes round), and nothing that reaches outside. Called with the path of the script and with what
-- stands for waiting for the network; returns the function that runs a scan, and one that puts right
-- what an evaluated expression has broken.
local script_path, wait_for_network = ...

local collectgarbage, getmetatable, load, next, pairs, rawset, setmetatable =
  collectgarbage, getmetatable, load, next, pairs, rawset, setmetatable
local create, resume, status, yield =
  coroutine.create, coroutine.resume, coroutine.status, coroutine.yield
local open = io.open
local string_type = getmetatable ""
local force_metatable = debug.setmetatable -- whatever __metatable says

-- No expression of the fuzzer's may touch the machine it runs on.
for _, name in pairs {"debug", "dofile", "io", "loadfile", "os", "package", "require"} do _G[name] = nil end

setmetatable(_G, { -- as strict.lua
  __index = function(_, name) error("variable '" .. tostring(name) .. "' is not declared", 2) end,
  __newindex = function(_, name) error("assign to undeclared variable '" .. tostring(name) .. "'", 2) end,
})

local function load_script ()
  local file = open(script_path)
  local source = file:read "a"
  file:close()
  local parts = {"return function (_ENV) return function (...)", source, " end end"}
  local at = 0
  return load(function () at = at + 1 return parts[at] end, "@" .. script_path, "t")()
end

local Thread = {}
Thread.__index = Thread

function Thread:resume (timeouts)
  local ok, result = resume(self.co, timeouts)
  if not ok or status(self.co) == "dead" then self.done = true end
  if result == "ACTION_STARTING" then self.action_started = true end
  return ok, result
end

local function new_thread (main, number)
  local host = {ip = "127.0.0.1", bin_ip = "\127\0\0\1", name = "localhost", registry = {}}
  local port = {number = 80 + number, protocol = "tcp", state = "open", service = "http"}
  local env = setmetatable({SCRIPT_NAME = "demo", SCRIPT_PATH = script_path, SCRIPT_TYPE = "portrule"}, {__index = _G})
  local co = create(function (...)
    main(env)(...)
    if not env.portrule(host, port) then return end
    yield "ACTION_STARTING"
    env.action(host, port)
  end)
  return setmetatable({
    co = co, type = "portrule", host = host, port = port, env = env, args = {host, port, n = 2},
    script = {id = "demo", short_basename = "demo", filename = script_path},
  }, Thread)
end

local main = load_script()

local function scan ()
  local threads = {new_thread(main, 0), new_thread(main, 1)}
  for round = 1, 8 do
    for key, thread in pairs(threads) do
      wait_for_network()
      if thread.host.timed_out then -- an expression may say so
        threads[key] = nil
        collectgarbage()
      elseif not thread.done then
        thread:resume(round)
      end
    end
  end
end

local kept = {}
for _, table in pairs {_G, coroutine, math, string, table, utf8, string_type, nmap, stdnse} do
  local copy = {}
  for key, value in next, table do copy[key] = value end
  kept[table] = {fields = copy, metatable = getmetatable(table)}
end
kept[nmap.registry] = {fields = {args = {["http.useragent"] = "x"}}}

local function restore ()
  for table, was in pairs(kept) do
    force_metatable(table, nil)
    for key in next, table do
      if was.fields[key] == nil then rawset(table, key, nil) end
    end
    for key, value in next, was.fields do rawset(table, key, value) end
    force_metatable(table, was.metatable)
  end
  collectgarbage "restart"
  collectgarbage()
end

return scan, restore
