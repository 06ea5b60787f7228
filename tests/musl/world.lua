-- usage: lua world.lua AGENT RUN_DIRECTORY WORLD
-- What nmap does for the agent, done by a Lua of another C library: the overlay's call, then the NSE
-- in small that the fuzzers have (tests/fuzz/world), which waits for a client and runs two threads.
local agent, directory, world = ...

local function nothing () end

for _, name in ipairs {"nmap", "stdnse"} do
  local module = {registry = {}, new_socket = nothing}
  package.loaded[name] = module
  _G[name] = module
end

local config = {
  socket = directory .. "/agent.sock",
  run_dir = directory,
  real = world .. "/nse_main.lua",
  wait = true,
}
local cnse = {scan_progress_meter = function () return nothing end}
local open = assert(package.loadlib(agent, "nsedbg_open"))
local real = assert(open(config, cnse))
local scan = assert(loadfile(real))(world .. "/demo.nse", nothing)
scan()
print "the scan has ended"
