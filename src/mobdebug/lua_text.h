// The little Lua that MobDebug has on the wire: tables of parameters in, chunks of results out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dap/serialize.h"

namespace mobdebug {

// The table at the end of `EXEC return x -- {maxlevel = 1, stack = 2}`. What is false or unknown is
// absent.
struct Parameters {
  dap::SerialStyle style;
  std::optional<int> stack;
};
Parameters read_parameters(std::string_view line);

std::string quoted(std::string_view bytes);

// "do local _={"1","{ip = …}"};return _;end": what EXEC answers.
std::string results_chunk(const std::vector<std::string>& values);

// "do local _={…};return _;end": what STACK answers. `files` has a name for each frame's file.
std::string stack_chunk(const dap::SerializeStack::Response& stack,
                        const std::vector<std::string>& files);

// Lua names a chunk by its text; the agent calls every one "expression". `[string "…"]:1: …`.
std::string with_chunk_name(const std::string& error, std::string_view chunk);

}  // namespace mobdebug
