// What Tab offers: commands, and whatever the command table says its argument is.
#pragma once

#include <string>

#include "cli/debugger.h"
#include "cli/line_editor.h"

namespace cli {

LineEditor::Completion complete_line(Debugger& dbg, const std::string& text);

}  // namespace cli
