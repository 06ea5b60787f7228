#include "mobdebug/entry.h"

#include "base/text.h"

namespace mobdebug {
namespace {

void set_functions(client::Debuggee& debuggee, std::initializer_list<const char*> names) {
  dap::SetFunctionBreakpoints::Arguments arguments;
  for (const char* name : names) {
    dap::FunctionBreakpoint& one = arguments.breakpoints.emplace_back();
    one.name = name;
  }
  (void)debuggee.request<dap::SetFunctionBreakpoints>(arguments);
}

}  // namespace

void Entry::want(const std::string& path) {
  wanted_ = true;
  path_ = path;
  set_functions(debuggee_, {"*:prerule", "*:hostrule", "*:portrule", "*:postrule", "*:action"});
}

void Entry::forget() {
  if (!wanted_) return;
  wanted_ = false;
  set_functions(debuggee_, {});
}

bool Entry::begins_at(const dap::StoppedEvent& stop, const dap::StackFrame* top) const {
  if (stop.reason != "function breakpoint") return true;  // a breakpoint of the user's
  if (!top || !top->source) return false;
  if (!path_.empty())
    for (const dap::Source& source : debuggee_.loaded_sources())
      if (files_.is_same(path_, source)) return files_.is_same(path_, *top->source);
  return base::ends_with(top->source->path.value_or(""), ".nse");
}

}  // namespace mobdebug
