#include "agent/variables.h"

#include <algorithm>

#include "agent/features.h"
#include "agent/references.h"
#include "agent/slots.h"
#include "agent/values.h"
#include "lua/literal.h"
#include "lua/table.h"
#include "lua/workbench.h"

namespace agent {
namespace {

using Kind = Reference::Kind;

// So many when the client does not ask for a part; fewer if it does not know how to.
lua_Integer page() { return asking.paging ? 1000 : 100; }

class Lister {
 public:
  Lister(lua_State* W, int number, const Reference& reference,
         const dap::Variables::Arguments& arguments, std::vector<dap::Variable>& out)
      : W_(W), number_(number), reference_(reference), arguments_(arguments), out_(out) {}

  void run() {
    if (reference_.kind == Kind::kTable) return table();
    std::vector<Slot> slots = push_owner(W_, number_, reference_);
    if (arguments_.filter == "indexed") return;
    auto total = static_cast<lua_Integer>(slots.size());
    lua_Integer start = reference_.offset + std::max(0, arguments_.start.value_or(0));
    lua_Integer count = std::max(0, arguments_.count.value_or(0));
    lua_Integer end = std::min(total, start + (count ? count : page()));
    for (lua_Integer at = start; at < end; ++at) {
      size_t i = static_cast<size_t>(at);
      push_slot(W_, reference_, slots[i]);
      emit(slots[i].name, slots[i].path, slots[i].read_only);
      if (reference_.kind == Kind::kThread) {
        out_.back().value = lua_tostring(W_, -1);
        out_.back().type.reset();
      }
      lua_pop(W_, 1);
    }
    if (!count && end < total) more(end, total);
  }

 private:
  // Positions: indexed entries, named ones, then the metatable.
  void table() {
    push_value(W_, number_);
    int table = lua_gettop(W_);
    push_order(W_, number_);
    auto reference = find_reference(number_);
    if (reference) reference_ = **reference;
    const lua::Order& order = reference_.order;
    lua_Integer entries = order.indexed + order.named;
    lua_Integer total = entries + has_metatable(table);
    lua_Integer first = reference_.offset, end = total;
    if (arguments_.filter == "indexed") end = order.indexed;
    if (arguments_.filter == "named") first = std::max(first, order.indexed);
    first += std::max(0, arguments_.start.value_or(0));
    lua_Integer count = std::max(0, arguments_.count.value_or(0));
    bool paged = count > 0;
    lua_Integer last = std::min(end, first + (paged ? count : page()));

    if (!order.sorted && !paged && first == 0) note_unsorted();
    entries_between(table, first, std::min(last, entries));
    if (first <= entries && entries < last && total > entries) metatable(table);
    if (!paged && last < end) more(last, end);
  }

  void entries_between(int table, lua_Integer first, lua_Integer last) {
    lua_Integer at = first;
    lua::EntryWalk walk(W_, table, table + 1, reference_.order, first);
    for (; at < last && walk.next(); ++at) {
      std::string name = lua::key_text(W_, -2, false);
      emit(name, path_of(), false);
    }
    lua_settop(W_, table + 1);
  }

  // An expression for the entry whose key is at -2.
  std::string path_of() {
    if (reference_.is_globals && lua_type(W_, -2) == LUA_TSTRING) {
      std::string name = lua_tostring(W_, -2);
      if (lua::is_identifier(name)) return reference_.path == "_G" ? "_G." + name : name;
    }
    return lua::member_expression(W_, -2, reference_.path);
  }

  lua_Integer has_metatable(int table) {
    if (!lua_getmetatable(W_, table)) return 0;
    lua_pop(W_, 1);
    return 1;
  }

  void metatable(int table) {
    lua_getmetatable(W_, table);
    emit("[metatable]", {}, false);
    out_.back().presentationHint->kind = "virtual";
    lua_pop(W_, 1);
  }

  void emit(std::string name, std::string path, bool read_only) {
    dap::Variable variable;
    int index = lua_gettop(W_);
    std::string_view hint = lua::is_identifier(name) ? std::string_view(name) : std::string_view();
    variable.value = preview(W_, index, wants_hex(arguments_.format), hint);
    variable.type = type_of(W_, index);
    Children children = children_of(W_, index, reference_.frame, path);
    children.describe(variable);
    variable.name = std::move(name);
    if (!path.empty()) variable.evaluateName = std::move(path);
    auto& shape = variable.presentationHint.emplace();
    shape.kind = lua_type(W_, index) == LUA_TFUNCTION ? "method" : "data";
    if (read_only) shape.attributes = std::vector<std::string>{"readOnly"};
    out_.push_back(std::move(variable));
  }

  void note(std::string text, int reference) {
    dap::Variable variable;
    variable.name = "…";
    variable.value = std::move(text);
    variable.variablesReference = reference;
    auto& shape = variable.presentationHint.emplace();
    shape.kind = "virtual";
    shape.attributes = std::vector<std::string>{"readOnly"};
    out_.push_back(std::move(variable));
  }

  void note_unsorted() {
    auto named = static_cast<unsigned long long>(reference_.order.named);
    note(lua::grouped(named) + " keys are too many to sort: they come in Lua's own order", 0);
  }

  void more(lua_Integer shown, lua_Integer total) {
    int rest = add_rest(W_, number_, shown);
    note(lua::grouped(static_cast<unsigned long long>(total - shown)) + " more", rest);
  }

  lua_State* W_;
  int number_;
  Reference reference_;
  const dap::Variables::Arguments& arguments_;
  std::vector<dap::Variable>& out_;
};

}  // namespace

base::Result<dap::Variables::Response> variables(const dap::Variables::Arguments& arguments) {
  dap::Variables::Response response;
  auto found = find_reference(arguments.variablesReference);
  if (!found) return found.take_error();
  Reference reference = **found;
  base::Status status = lua::protect([&](lua_State* W) {
    Lister(W, arguments.variablesReference, reference, arguments, response.variables).run();
  });
  if (!status) return status.take_error();
  return response;
}

}  // namespace agent
