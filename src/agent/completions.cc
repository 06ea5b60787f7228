#include "agent/completions.h"

#include <algorithm>
#include <map>

#include "agent/expression.h"
#include "agent/values.h"
#include "base/text.h"
#include "lua/lexer.h"
#include "lua/literal.h"
#include "lua/view.h"
#include "lua/workbench.h"

namespace agent {
namespace {

using lua::Token;

constexpr size_t kMost = 200;

int utf16_units(unsigned char lead) { return lead >= 0xF0 ? 2 : (lead & 0xC0) == 0x80 ? 0 : 1; }

// The byte offset of a column, and back.
size_t offset_of(std::string_view text, int column) {
  int units = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (units >= column && (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return i;
    units += utf16_units(static_cast<unsigned char>(text[i]));
  }
  return text.size();
}

int column_of(std::string_view text, size_t offset) {
  int units = 1;
  for (size_t i = 0; i < offset; ++i) units += utf16_units(static_cast<unsigned char>(text[i]));
  return units;
}

// What stands before the cursor.
struct Request {
  enum Kind { kNothing, kNames, kFields, kMethods, kKeys } kind = kNames;
  std::string path;     // of which the fields are wanted
  std::string partial;  // what is typed of the word
  size_t start = 0;     // offset of the word
};

// The index of the first token of the path that ends before token `end`, or `end`.
size_t path_begin(const std::vector<Token>& tokens, size_t end) {
  size_t at = end;
  while (at > 0) {
    if (tokens[at - 1].is("]")) {
      size_t open = at - 1;
      while (open > 0 && !tokens[open].is("[")) --open;
      at = open;
    } else if (tokens[at - 1].kind == Token::kName) {
      --at;
      if (at == 0 || !tokens[at - 1].is(".")) return at;
      --at;
    } else {
      return end;
    }
  }
  return end;
}

Request analyse(std::string_view text) {
  Request request;
  std::vector<Token> tokens = lua::tokenize(text);
  size_t last = tokens.size() - 1;  // kEnd
  request.start = text.size();
  if (last > 0) {
    const Token& word = tokens[last - 1];
    bool touches = word.offset + word.text.size() == text.size();
    bool is_word = word.kind == Token::kName || word.kind == Token::kKeyword;
    if (touches && (is_word || word.kind == Token::kUnfinished)) {
      request.start = word.offset;
      request.partial = word.text;
      --last;
    }
    if (touches && (word.kind == Token::kString || word.kind == Token::kNumber)) {
      return request.kind = Request::kNothing, request;
    }
  }
  bool quoted =
      !request.partial.empty() && (request.partial[0] == '"' || request.partial[0] == '\'');
  if (quoted) request.kind = Request::kNothing;
  if (last == 0) return request;
  const Token& before = tokens[last - 1];
  Request::Kind kind = before.is(".")   ? Request::kFields
                       : before.is(":") ? Request::kMethods
                       : before.is("[") ? Request::kKeys
                                        : Request::kNames;
  if (kind == Request::kNames) return request;
  size_t begin = path_begin(tokens, last - 1);
  if (begin ==
      last - 1) {  // nothing before it that could be looked up: "[" may open an index of a call
    request.kind = kind == Request::kKeys && !quoted ? Request::kNames : Request::kNothing;
    return request;
  }
  request.kind = kind;
  request.path = text.substr(tokens[begin].offset, before.offset - tokens[begin].offset);
  return request;
}

class Collector {
 public:
  Collector(lua_State* W, const Frame& frame, const Request& request)
      : W_(W), frame_(frame), request_(request) {}

  std::map<std::string, dap::CompletionItem> run() {
    switch (request_.kind) {
      case Request::kNothing: break;
      case Request::kNames: names(); break;
      default: fields();
    }
    return std::move(items_);
  }

 private:
  void names() {
    for (int i = 0; i < lua::kKeywordCount; ++i) add(lua::kKeywords[i], "keyword", {});
    if (frame_.co) {
      for (const lua::Local& local : lua::locals(frame_.co, frame_.level)) {
        if (!local.shadowed) add(local.name, "variable", "local");
      }
      upvalues();
      add("NSE", "module", "what nmap knows of this script");
    }
    push_environment(W_, frame_);
    chain("global");
    lua_pop(W_, 1);
  }

  void upvalues() {
    if (!lua::push_function(W_, frame_.co, frame_.level)) return;
    for (int i = 1; const char* name = lua_getupvalue(W_, -1, i); ++i) {
      lua_pop(W_, 1);
      if (*name) add(name, "variable", "upvalue");
    }
    lua_pop(W_, 1);
  }

  void fields() {
    std::optional<Path> path = parse_path(request_.path);
    bool blocked = false;
    if (!path || !push_path(W_, frame_, *path, &blocked)) return;
    chain(nullptr);
    lua_pop(W_, 1);
  }

  // The keys of the value on top and of its `__index` tables.
  void chain(const char* detail) {
    constexpr int kDeepest = 16;
    int top = lua_gettop(W_);
    lua_pushvalue(W_, top);
    for (int depth = 0; depth < kDeepest; ++depth) {
      if (lua_istable(W_, -1)) keys(detail);
      if (!lua_getmetatable(W_, -1)) break;
      lua::push_raw_field(W_, -1, "__index");
      lua_replace(W_, top + 1);
      lua_settop(W_, top + 1);
    }
    lua_settop(W_, top);
  }

  void keys(const char* detail) {
    constexpr int kLooked = 100000;  // keys; a table of data is not completed at any cost
    int table = lua_gettop(W_);
    lua_pushnil(W_);
    for (int n = 0; n < kLooked && lua_next(W_, table); ++n) {
      key(detail);
      lua_pop(W_, 1);
    }
    lua_settop(W_, table);
  }

  // The key at -2 with its value at -1.
  void key(const char* detail) {
    bool function = lua_isfunction(W_, -1);
    std::string shown = detail ? detail : type_of(W_, -1);
    const char* type = function ? (request_.kind == Request::kMethods ? "method" : "function")
                       : detail ? "variable"
                                : "field";
    if (request_.kind == Request::kKeys) {
      std::string expression = lua::member_expression(W_, -2, "x");
      if (lua_type(W_, -2) == LUA_TSTRING) {
        add("\"" + base::escape(lua_tostring(W_, -2)) + "\"]", "field", shown);
      } else if (!expression.empty()) {
        add(expression.substr(2), "field", shown);
      }
      return;
    }
    if (lua_type(W_, -2) != LUA_TSTRING) return;
    std::string name = lua_tostring(W_, -2);
    if (!lua::is_identifier(name)) return;
    if (request_.kind == Request::kMethods && !function) return;
    add(name, type, shown);
  }

  void add(const std::string& label, const char* type, std::string detail) {
    if (!base::starts_with(label, request_.partial)) return;
    if (items_.count(label)) return;
    dap::CompletionItem item;
    item.label = label;
    item.type = type;
    if (!detail.empty()) item.detail = std::move(detail);
    items_.emplace(label, std::move(item));
  }

  lua_State* W_;
  const Frame& frame_;
  const Request& request_;
  std::map<std::string, dap::CompletionItem> items_;
};

}  // namespace

base::Result<dap::Completions::Response> completions(const Frame& frame,
                                                     const dap::Completions::Arguments& arguments) {
  std::string_view text(arguments.text);
  text = text.substr(0, offset_of(text, arguments.column));
  Request request = analyse(text);
  std::map<std::string, dap::CompletionItem> items;
  base::Status status =
      lua::protect([&](lua_State* W) { items = Collector(W, frame, request).run(); });
  if (!status) return status.take_error();

  dap::Completions::Response response;
  int start = column_of(text, request.start);
  std::vector<std::string> labels;
  for (auto& [label, item] : items) labels.push_back(label);
  std::sort(labels.begin(), labels.end(),
            [](const std::string& a, const std::string& b) { return lua::natural_less(a, b); });
  for (const std::string& label : labels) {
    dap::CompletionItem& item = items[label];
    item.start = start;
    item.length = column_of(text, text.size()) - start;
    response.targets.push_back(std::move(item));
    if (response.targets.size() == kMost && labels.size() > kMost) {
      dap::CompletionItem rest;
      rest.label = "… " + std::to_string(labels.size() - kMost) + " more";
      rest.text = request.partial;
      rest.start = start;
      rest.length = response.targets.back().length;
      response.targets.push_back(std::move(rest));
      break;
    }
  }
  return response;
}

}  // namespace agent
