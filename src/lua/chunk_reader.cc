#include "lua/chunk_reader.h"

#include <stdint.h>
#include <string.h>

#include <algorithm>

namespace lua {
namespace {

constexpr int kVersion53 = 0x53;
constexpr int kVersion54 = 0x54;
constexpr int kDeepest = 200;  // LUAI_MAXCCALLS: the compiler nests no deeper

class Reader {
 public:
  Reader(std::string_view bytes, Chunk& chunk) : in_(bytes), chunk_(chunk) {}

  std::string run() {
    header();
    byte();  // number of upvalues of the main function
    function(-1, 0);
    if (error_.empty() && at_ != in_.size()) fail("bytes are left over");
    return error_;
  }

 private:
  void fail(const char* what) {
    if (error_.empty()) error_ = what;
    at_ = in_.size();
  }
  bool ok() const { return error_.empty(); }

  std::string_view take(size_t size) {
    if (size > in_.size() - at_) return fail("it ends too early"), std::string_view();
    at_ += size;
    return in_.substr(at_ - size, size);
  }
  int byte() {
    std::string_view one = take(1);
    return one.empty() ? 0 : static_cast<unsigned char>(one[0]);
  }
  uint64_t fixed(size_t size) {
    uint64_t value = 0;
    std::string_view bytes = take(size);
    if (bytes.size() == size)
      memcpy(&value, bytes.data(), size);  // little endian, as every host of nmap's here
    return value;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int i = 0; i < 10; ++i) {
      int b = byte();
      value = value << 7 | static_cast<unsigned>(b & 0x7F);
      if (b & 0x80) return value;
    }
    fail("a number is too long");
    return 0;
  }
  // An int of the format; negative or huge ones are errors.
  int number() {
    uint64_t value = version_ == kVersion53 ? fixed(sizeof(int)) : varint();
    if (value > 0x7FFFFFFF) fail("a number is out of range");
    return ok() ? static_cast<int>(value) : 0;
  }
  // A count of things that take at least `least` bytes each.
  int count(size_t least) {
    int n = number();
    if (static_cast<size_t>(n) * least > in_.size() - at_) fail("a count is out of range");
    return ok() ? n : 0;
  }
  std::string_view string() {
    uint64_t size = 0;
    if (version_ == kVersion54) {
      size = varint();
    } else {
      size = static_cast<unsigned>(byte());
      if (size == 0xFF) size = fixed(sizeof(size_t));
    }
    if (size <= 1) return {};
    if (size - 1 > in_.size()) return fail("a string is out of range"), std::string_view();
    return take(static_cast<size_t>(size - 1));
  }

  void header() {
    if (take(4) != "\x1bLua") return fail("it has no Lua signature");
    version_ = byte();
    if (version_ != kVersion53 && version_ != kVersion54) return fail("unknown Lua version");
    if (byte() != 0) return fail("unknown format");
    if (take(6) != std::string_view("\x19\x93\r\n\x1a\n", 6)) return fail("it is corrupted");
    std::string_view sizes = version_ == kVersion53 ? std::string_view("\x04\x08\x04\x08\x08", 5)
                                                    : std::string_view("\x04\x08\x08", 3);
    if (take(sizes.size()) != sizes) return fail("its numbers have unusual sizes");
    if (fixed(8) != 0x5678) return fail("its integers have another format");
    uint64_t bits = fixed(8);
    double number;
    memcpy(&number, &bits, sizeof number);
    if (number != 370.5) return fail("its floats have another format");
  }

  void function(int parent, int depth) {
    if (depth > kDeepest) return fail("functions are nested too deeply");
    if (!ok()) return;
    auto self = chunk_.functions.size();
    chunk_.functions.emplace_back().parent = parent;
    string();  // source
    int first = number(), last = number();
    chunk_.functions[self].line_defined = first;
    chunk_.functions[self].last_line_defined = last;
    byte();  // parameters
    bool is_vararg = byte() != 0;
    byte();  // stack size

    CodeView view;
    view.version = version_;
    int code = count(4);
    for (int i = 0; i < code; ++i) view.code.push_back(static_cast<unsigned>(fixed(4)));
    read_constants(view);
    int upvalues = count(version_ == kVersion53 ? 2 : 3);
    take(static_cast<size_t>(upvalues) * (version_ == kVersion53 ? 2 : 3));
    int children = count(8);
    for (int i = 0; i < children && ok(); ++i) {
      view.children.push_back(static_cast<int>(chunk_.functions.size()));
      function(static_cast<int>(self), depth + 1);
    }
    read_debug(view, chunk_.functions[self], is_vararg);
    if (ok()) name_children(view, chunk_);
  }

  void read_constants(CodeView& view) {
    int n = count(1);
    for (int i = 0; i < n && ok(); ++i) {
      view.constants.emplace_back();
      int type = byte();
      switch (type & 0x0F) {
        case LUA_TNIL: break;
        case LUA_TBOOLEAN:
          if (version_ == kVersion53) byte();
          break;
        case LUA_TNUMBER: take(8); break;
        case LUA_TSTRING: view.constants.back() = string(); break;
        default: return fail("unknown constant");
      }
    }
  }

  void read_debug(CodeView& view, Chunk::Function& f, bool is_vararg) {
    if (version_ == kVersion53) {
      int n = count(4);
      for (int i = 0; i < n; ++i) f.lines.push_back(number());
    } else {
      read_lines54(f, is_vararg);
    }
    std::sort(f.lines.begin(), f.lines.end());
    f.lines.erase(std::unique(f.lines.begin(), f.lines.end()), f.lines.end());
    int locals = count(3);
    for (int i = 0; i < locals && ok(); ++i) {
      std::string name(string());
      int start = number(), end = number();
      view.locals.push_back({std::move(name), start, end});
    }
    int names = count(1);
    for (int i = 0; i < names && ok(); ++i) view.upvalues.emplace_back(string());
  }

  // ldebug.c, collectvalidlines: differences from line to line, with absolute entries in between.
  // A vararg function's first instruction (OP_VARARGPREP) is no place to stop.
  void read_lines54(Chunk::Function& f, bool is_vararg) {
    constexpr int kAbsolute = -0x80;
    std::string_view steps = take(static_cast<size_t>(count(1)));
    int n = count(2);
    std::vector<std::pair<int, int>> absolute;  // pc, line
    for (int i = 0; i < n && ok(); ++i) {
      int pc = number(), line = number();
      absolute.push_back({pc, line});
    }
    size_t next_absolute = 0;
    int64_t line = f.line_defined;
    for (size_t pc = 0; pc < steps.size(); ++pc) {
      int step = static_cast<signed char>(steps[pc]);
      if (step != kAbsolute) {
        line += step;
      } else if (next_absolute < absolute.size()) {
        line = absolute[next_absolute++].second;
      }
      if (line < 0 || line > 0x7FFFFFFF) return fail("a line is out of range");
      if (pc > 0 || !is_vararg) f.lines.push_back(static_cast<int>(line));
    }
  }

  std::string_view in_;
  Chunk& chunk_;
  size_t at_ = 0;
  int version_ = 0;
  std::string error_;
};

// --- names -----------------------------------------------------------------------------------

struct Fields {
  unsigned op, a, b, c, bx;
};

Fields decode(int version, unsigned i) {
  if (version == kVersion53) return {i & 0x3F, i >> 6 & 0xFF, i >> 23, i >> 14 & 0x1FF, i >> 14};
  return {i & 0x7F, i >> 7 & 0xFF, i >> 16 & 0xFF, i >> 24, i >> 15};
}

struct Opcodes {
  unsigned closure, set_global, set_field, get_global;
};
constexpr Opcodes kOpcodes53{44, 8, 10, 6};    // CLOSURE SETTABUP SETTABLE GETTABUP
constexpr Opcodes kOpcodes54{79, 15, 18, 11};  // CLOSURE SETTABUP SETFIELD GETTABUP

std::string constant(const CodeView& view, unsigned index) {
  if (view.version == kVersion53) {
    if (!(index & 0x100)) return {};  // a register
    index &= 0xFF;
  }
  return index < view.constants.size() ? view.constants[index] : std::string();
}

// The local that lives in `reg` at `pc`: the reg-th of those in scope.
std::string local_in(const CodeView& view, unsigned reg, int pc) {
  for (const LocalRange& local : view.locals) {
    if (local.start_pc > pc || pc >= local.end_pc) continue;
    if (reg-- == 0) return local.name;
  }
  return {};
}

// What the instruction after the closure does with it.
std::string assigned_to(const CodeView& view, size_t pc, unsigned reg) {
  const Opcodes& ops = view.version == kVersion53 ? kOpcodes53 : kOpcodes54;
  std::string local = local_in(view, reg, static_cast<int>(pc) + 1);
  if (!local.empty()) return local;
  if (pc + 1 >= view.code.size()) return {};
  Fields next = decode(view.version, view.code[pc + 1]);
  bool is_store = next.op == ops.set_global || next.op == ops.set_field;
  if (!is_store || next.c != reg) return {};
  std::string name = constant(view, next.b);
  if (next.op == ops.set_global || name.empty()) return name;
  std::string table = local_in(view, next.a, static_cast<int>(pc) + 1);
  if (table.empty() && pc > 0) {  // function M.f with M a global: fetched just before
    Fields before = decode(view.version, view.code[pc - 1]);
    if (before.op == ops.get_global && before.a == next.a) table = constant(view, before.c);
  }
  return table.empty() ? name : table + "." + name;
}

}  // namespace

std::string read_chunk(std::string_view bytes, Chunk& chunk) { return Reader(bytes, chunk).run(); }

void name_children(const CodeView& view, Chunk& chunk) {
  unsigned closure = view.version == kVersion53 ? kOpcodes53.closure : kOpcodes54.closure;
  for (size_t pc = 0; pc < view.code.size(); ++pc) {
    Fields i = decode(view.version, view.code[pc]);
    if (i.op != closure || i.bx >= view.children.size()) continue;
    Chunk::Function& child = chunk.functions[static_cast<size_t>(view.children[i.bx])];
    if (child.name.empty()) child.name = assigned_to(view, pc, i.a);
  }
}

}  // namespace lua
