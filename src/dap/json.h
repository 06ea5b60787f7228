// JSON from and to plain structs that name their members once.
//
// A struct lists its members with DAP_MEMBERS(Type, a, b, …); the member's name is the wire's name.
// std::optional members may be absent, all others are required on reading. Unknown members are
// ignored, as the DAP specification asks. Templates over RapidJSON only: no exceptions, no RTTI, so
// the same code runs in the agent and in the program (shared/RECIPES.md, "musl").
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dap {

using Value = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

template <class Class, class Type>
struct Member {
  const char* name;
  Type Class::*pointer;
};
template <class Class, class Type>
constexpr Member<Class, Type> member(const char* name, Type Class::*pointer) {
  return {name, pointer};
}

// DAP_MEMBERS(Type, a, b) defines members(visit), which returns visit(Member…) of all of them at
// once; none is fine too. A template and no tuple of members: that had the compiler make the tuples
// of the whole protocol in every file, used or not. The recursion is David Mazières' FOR_EACH for
// C++20's __VA_OPT__.
#define DAP_PARENS ()
#define DAP_EXPAND(...) DAP_EXPAND3(DAP_EXPAND3(DAP_EXPAND3(DAP_EXPAND3(__VA_ARGS__))))
#define DAP_EXPAND3(...) DAP_EXPAND2(DAP_EXPAND2(DAP_EXPAND2(DAP_EXPAND2(__VA_ARGS__))))
#define DAP_EXPAND2(...) DAP_EXPAND1(DAP_EXPAND1(DAP_EXPAND1(DAP_EXPAND1(__VA_ARGS__))))
#define DAP_EXPAND1(...) __VA_ARGS__
#define DAP_EACH(type, name, ...) \
  ::dap::member(#name, &type::name) __VA_OPT__(, DAP_EACH_AGAIN DAP_PARENS(type, __VA_ARGS__))
#define DAP_EACH_AGAIN() DAP_EACH
#define DAP_MEMBERS(type, ...)                                         \
  template <class Visit>                                               \
  static constexpr auto members(Visit visit) {                         \
    return visit(__VA_OPT__(DAP_EXPAND(DAP_EACH(type, __VA_ARGS__)))); \
  }

template <class T>
concept Struct = requires {
  T::members([](auto...) {});
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

// Any JSON, kept as text: adapter-specific data that is passed on unread.
struct Json {
  std::string text = "null";
};

// `text` with every byte that is not valid UTF-8 replaced by U+FFFD: JSON must be UTF-8.
std::string to_utf8(std::string_view text);
bool is_utf8(std::string_view text);

std::string to_text(const Value& value);

// Where reading failed, and why: "breakpoints[2].line: expected an integer".
struct ReadError {
  std::string path;
  std::string message;
  std::string text() const { return path.empty() ? message : path + ": " + message; }
};

// False, with the error filled in.
bool read_failed(ReadError& error, const char* expected);

template <class T>
bool read(const Value& json, T& out, ReadError& error);

template <class T>
bool read_member(const Value& object, const char* name, T& out, ReadError& error) {
  auto found = object.FindMember(name);
  bool ok;
  if constexpr (is_optional<T>) {
    if (found == object.MemberEnd() || found->value.IsNull()) return true;
    ok = read(found->value, out.emplace(), error);
  } else {
    if (found == object.MemberEnd()) {
      error.path = name;
      error.message = "is missing";
      return false;
    }
    ok = read(found->value, out, error);
  }
  if (ok) return true;
  bool index = !error.path.empty() && error.path[0] == '[';
  error.path = error.path.empty() ? name : std::string(name) + (index ? "" : ".") + error.path;
  return false;
}

template <class T>
bool read_array(const Value& json, std::vector<T>& out, ReadError& error) {
  if (!json.IsArray()) return read_failed(error, "an array");
  out.clear();
  out.reserve(json.Size());
  for (rapidjson::SizeType i = 0; i < json.Size(); ++i) {
    if (read(json[i], out.emplace_back(), error)) continue;
    std::string index = "[" + std::to_string(i) + "]";
    error.path = error.path.empty() ? index : index + "." + error.path;
    return false;
  }
  return true;
}

template <class T>
bool read(const Value& json, T& out, ReadError& error) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!json.IsBool()) return read_failed(error, "true or false");
    out = json.GetBool();
  } else if constexpr (std::is_same_v<T, int>) {
    if (!json.IsInt()) return read_failed(error, "an integer");
    out = json.GetInt();
  } else if constexpr (std::is_same_v<T, int64_t>) {
    if (!json.IsInt64()) return read_failed(error, "an integer");
    out = json.GetInt64();
  } else if constexpr (std::is_same_v<T, double>) {
    if (!json.IsNumber()) return read_failed(error, "a number");
    out = json.GetDouble();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.IsString()) return read_failed(error, "a string");
    out.assign(json.GetString(), json.GetStringLength());
  } else if constexpr (std::is_same_v<T, Json>) {
    out.text = to_text(json);
  } else if constexpr (is_vector<T>) {
    return read_array(json, out, error);
  } else {
    static_assert(Struct<T>, "give the type DAP_MEMBERS");
    if (!json.IsObject()) return read_failed(error, "an object");
    return T::members(
        [&](auto... m) { return (read_member(json, m.name, out.*(m.pointer), error) && ...); });
  }
  return true;
}

void write(Writer& writer, std::string_view text);

template <class T>
void write(Writer& writer, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    writer.Bool(value);
  } else if constexpr (std::is_same_v<T, int>) {
    writer.Int(value);
  } else if constexpr (std::is_same_v<T, int64_t>) {
    writer.Int64(value);
  } else if constexpr (std::is_same_v<T, double>) {
    writer.Double(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    write(writer, std::string_view(value));
  } else if constexpr (std::is_same_v<T, Json>) {
    writer.RawValue(value.text.data(), value.text.size(), rapidjson::kObjectType);
  } else if constexpr (is_vector<T>) {
    writer.StartArray();
    for (const auto& item : value) write(writer, item);
    writer.EndArray();
  } else {
    static_assert(Struct<T>, "give the type DAP_MEMBERS");
    writer.StartObject();
    auto one = [&](const char* name, const auto& field) {
      if constexpr (is_optional<std::remove_cvref_t<decltype(field)>>) {
        if (!field) return;
        writer.Key(name);
        write(writer, *field);
      } else {
        writer.Key(name);
        write(writer, field);
      }
    };
    T::members([&](auto... m) { (one(m.name, value.*(m.pointer)), ...); });
    writer.EndObject();
  }
}

template <class T>
std::string to_json(const T& value) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  write(writer, value);
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace dap
