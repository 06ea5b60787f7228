// One JSON object, member by member, in the order they are put: what --json prints a line of.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "dap/json.h"

namespace cli {

class JsonObject {
 public:
  // Text, numbers, booleans, DAP structs, JsonObjects and vectors of all these but the last.
  template <class T>
  JsonObject& put(std::string_view key, const T& value) {
    if constexpr (std::is_same_v<T, JsonObject>) {
      return put_json(key, value.text());
    } else {
      rapidjson::StringBuffer buffer;
      dap::Writer writer(buffer);
      if constexpr (std::is_convertible_v<T, std::string_view>)
        dap::write(writer, std::string_view(value));
      else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
        writer.Int64(static_cast<int64_t>(value));
      else
        dap::write(writer, value);
      return put_json(key, {buffer.GetString(), buffer.GetSize()});
    }
  }

  JsonObject& put_json(std::string_view key, std::string_view json) {
    if (!members_.empty()) members_ += ',';
    members_ += '"';
    members_ += key;
    members_ += "\":";
    members_ += json;
    return *this;
  }

  JsonObject& add(const JsonObject& other) {
    if (other.members_.empty()) return *this;
    if (!members_.empty()) members_ += ',';
    members_ += other.members_;
    return *this;
  }

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

class JsonArray {
 public:
  void add(const JsonObject& object) {
    if (!items_.empty()) items_ += ',';
    items_ += object.text();
  }
  std::string text() const { return "[" + items_ + "]"; }

 private:
  std::string items_;
};

}  // namespace cli
