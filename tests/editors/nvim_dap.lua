-- nvim-dap, headless, with editors/nvim/nsedbg.lua as a user would have it. In a folder with page.nse:
--   TARGET_PORT=8000 nvim --headless … -c 'luafile nvim_dap.lua'
-- Ends Neovim: status 0, or 1 with what went wrong on stderr.
local dap = require "dap"

local stopped, output, ended = nil, "", false

local function wait(what, condition)
  if not vim.wait(180000, condition, 10) then error("waited in vain for " .. what, 0) end
end

local function expect(what, got, wanted)
  if not vim.deep_equal(got, wanted) then
    error(("%s: expected %s, got %s"):format(what, vim.inspect(wanted), vim.inspect(got)), 0)
  end
end

local function find(what, list, name)
  for _, item in ipairs(list) do if item.name == name then return item end end
  error(("no %s named %s in %s"):format(what, name, vim.inspect(list)), 0)
end

-- nvim-dap shows a stop once it has the new frame and its scopes.
local function wait_for_stop(what, before)
  wait(what, function()
    local frame = stopped and dap.session().current_frame
    return frame and frame ~= before and frame.scopes
  end)
  stopped = nil
  return dap.session().current_frame
end

local function evaluate(expression)
  local answer
  dap.session():evaluate(expression, function(problem, response)
    answer = problem and {result = "error: " .. tostring(problem.message)} or response
  end)
  wait("the value of " .. expression, function() return answer end)
  return answer
end

local function children(reference)
  local answer
  dap.session():request("variables", {variablesReference = reference},
    function(problem, response) answer = problem and {} or response.variables end)
  wait("variables", function() return answer end)
  return answer
end

local function variables(frame, scope)
  return children(find("scope", frame.scopes, scope).variablesReference)
end

-- A client that does not page gets a long table in portions, the next one below the last entry.
local function expect_portions(table)
  local first = children(table.variablesReference)
  local rest = first[#first]
  expect("the rest", {#first, rest.name, rest.value}, {101, "…", "150 more"})
  local second = children(rest.variablesReference)
  expect("the next portion", {#second, second[1].name, second[101].value}, {101, "[101]", "50 more"})
end

local function debug_page()
  dap.listeners.after.event_stopped.test = function(_, body) stopped = body end
  dap.listeners.after.event_output.test = function(_, body) output = output .. body.output end
  dap.listeners.after.event_terminated.test = function() ended = true end

  vim.cmd "edit page.nse"
  expect("filetype", vim.bo.filetype, "lua")
  local line = vim.fn.search "http.get"
  dap.set_breakpoint()
  local config = vim.deepcopy(find("configuration", dap.configurations.lua, "Debug NSE script"))
  config.target = "127.0.0.1"
  config.ports = vim.env.TARGET_PORT
  dap.run(config)

  local frame = wait_for_stop "the breakpoint"
  expect("frame", {frame.name, frame.line}, {"action", line})
  expect("file", frame.source.path, vim.api.nvim_buf_get_name(0))
  expect("path", find("variable", variables(frame, "Locals"), "path").value, '"/index"')
  expect("SCRIPT_NAME", find("variable", variables(frame, "NSE"), "SCRIPT_NAME").value, '"page"')

  dap.step_over()
  frame = wait_for_stop("the step over the network call", frame)
  expect("line after the step", frame.line, line + 1)
  expect("evaluation", evaluate("response.status").result, "200")
  expect_portions(evaluate "{(' '):rep(250):byte(1, -1)}")

  dap.continue()
  wait("the end of the scan", function() return ended and not dap.session() end)
  if not output:find "/index has status 200" then error("nmap's report lacks the script's: " .. output, 0) end
end

local ok, problem = pcall(debug_page)
if ok then
  io.stderr:write "nvim-dap: breakpoint, frames, scopes, step, evaluate, end: ok\n"
  vim.cmd "qall!"
end
io.stderr:write("nvim-dap: " .. tostring(problem) .. "\n")
vim.cmd "cquit 1"
