description = [[Uses sockets wrongly in every way, and shows what nmap says of it.]]
categories = {"safe"}
author = "nsedbg"
license = "MIT"
local nmap = require "nmap"
local stdnse = require "stdnse"
local coroutine = require "coroutine"
local debug = require "debug"
local table = require "table"
prerule = function() return true end
action = function()
  local out = {}
  local function try(f, ...)
    local results = table.pack(pcall(f, ...))
    for i = 1, results.n do results[i] = tostring(results[i]) end
    out[#out + 1] = table.concat(results, " | ")
  end
  local s = nmap.new_socket()
  try(s.receive, s)
  try(function() return s:receive() end)
  try(function() return s:send() end)
  try(function() s:connect() end)
  try(function() s:connect("127.0.0.1") end)
  try(function() s:connect({}, 80) end)
  try(function() s:connect("127.0.0.1", "x") end)
  try(function() s:connect("127.0.0.1", 80, "foo") end)
  try(function() s.receive() end)
  try(function() s.receive_buf({}) end)
  try(function() s:receive_buf("x") end)
  try(function() s:receive_lines("x") end)
  try(function() return s:close() end)
  try(function() nmap.new_socket("xyz") end)
  try(function() stdnse.sleep(-1) end)
  try(function() stdnse.sleep("x") end)
  try(function() return s:get_info() end)
  try(function() return s:bind("not an address", 1) end)
  local d = nmap.new_dnet()
  try(function() d:ethernet_send("x") end)
  try(function() d:ip_send("x") end)
  try(function() d:ethernet_open("nosuchdevice") end)
  local u = nmap.new_socket("udp")
  try(function() return u:sendto("127.0.0.1", 9, "hello") end)
  try(function() return u:close() end)
  stdnse.sleep(0.05)
  try(coroutine.wrap(function() return nmap.new_socket():connect("127.0.0.1", 1) end))
  try(function()
    local buffer = coroutine.wrap(function() s:receive_buf(function() return debug.traceback() end, true) end)
    buffer()
  end)
  try(function() error(debug.traceback("here")) end)
  try(function() nmap.log_write("nowhere", "x") end)
  try(nmap.log_write, "stdout")
  return "\n" .. table.concat(out, "\n")
end
