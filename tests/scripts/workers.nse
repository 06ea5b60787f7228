description = [[Two worker threads, each with a network wait.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"

local nmap = require "nmap"
local stdnse = require "stdnse"
local table = require "table"

hostrule = function() return true end

local function work(results, number)
  local square = number * number
  stdnse.sleep(0.02 * number)
  local answer = square + 1
  table.insert(results, answer)
end

action = function(host)
  local results = {}
  local condvar = nmap.condvar(results)
  local threads = {}
  for i = 1, 2 do
    local co = stdnse.new_thread(function(n)
      work(results, n)
      condvar "signal"
    end, i)
    threads[co] = true
  end
  while #results < 2 do condvar "wait" end
  table.sort(results)
  return table.concat(results, " ")
end
