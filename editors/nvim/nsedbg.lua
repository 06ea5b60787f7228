-- nvim-dap debugs .nse files (Neovim takes them for Lua). Put this into ~/.config/nvim/after/plugin/.
-- Then, in a script: `:lua require"dap".toggle_breakpoint()`, `:lua require"dap".continue()`.
local dap = require "dap"

dap.adapters.nse = {type = "executable", command = "nsedbg", args = {"dap"}}
dap.configurations.lua = dap.configurations.lua or {}
table.insert(dap.configurations.lua, {
  type = "nse", request = "launch", name = "Debug NSE script", script = "${file}",
  target = function() return vim.fn.input("Target: ", "127.0.0.1") end,
})
