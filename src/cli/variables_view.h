// Scopes and their variables, one `name = value` a line.
#pragma once

#include <string>
#include <string_view>

#include "cli/debugger.h"

namespace cli {

// "Locals", "Varargs", "Upvalues", "Script environment", "NSE", "Globals" of the selected frame.
CommandResult scope_reply(Debugger& dbg, std::string_view scope);

// A member of the NSE scope ("registry", "script-args"), in full.
CommandResult nse_member_reply(Debugger& dbg, const std::string& member);

std::string variables_text(const std::vector<dap::Variable>& variables);
JsonArray variables_json(const std::vector<dap::Variable>& variables);

}  // namespace cli
