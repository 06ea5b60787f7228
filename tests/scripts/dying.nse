description = [[A worker dies of an error, one gives up, one makes a worker of its own.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"

hostrule = function() return true end

local function give_up()
  nmap.new_try()(false, "nobody is there")
end

local function await(state, what)
  while not state[what] do stdnse.sleep(0.01) end
end

local function nest(state)
  stdnse.new_thread(function()
    state.nested = true
    await(state, "over")
    state.inner_over = true
  end)
  await(state, "inner_over")
  state.outer_over = true
end

action = function()
  local state = {}
  local _, failed = stdnse.new_thread(function() error("the worker failed", 0) end)
  local _, gave_up = stdnse.new_thread(give_up)
  stdnse.new_thread(nest, state)
  await(state, "nested")
  while failed() ~= "dead" or gave_up() ~= "dead" do stdnse.sleep(0.01) end
  stdnse.debug1("one is dead")
  local after = true
  stdnse.debug1("two\nlines")
  state.over = true
  await(state, "outer_over")
  return "dying: done"
end
