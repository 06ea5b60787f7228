// The manual page and the shells' completions, from the command table and the options: build
// products, so that they cannot differ from the program.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

base::Result<std::string> generate(std::string_view kind);  // man, markdown, bash, zsh, fish

std::string manual_page();
std::string markdown_page();
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace cli
