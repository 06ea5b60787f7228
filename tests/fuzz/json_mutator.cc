// How libFuzzer changes an input of dispatch_fuzz: mostly whole lines and JSON values, so that most
// inputs are messages still; the strings in them, expressions among them, byte by byte.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <random>
#include <string>
#include <vector>

#include "dap/json.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using Random = std::minstd_rand;
using Lines = std::vector<std::string>;
using Document = rapidjson::Document;
using Json = rapidjson::Value;

size_t below(Random& random, size_t limit) { return random() % limit; }

Lines split(const std::string& text) {
  Lines lines(1);
  for (char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

std::string join(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

void all_values(Json& value, std::vector<Json*>& out) {
  out.push_back(&value);
  if (value.IsArray())
    for (Json& item : value.GetArray()) all_values(item, out);
  if (value.IsObject())
    for (auto member = value.MemberBegin(), end = value.MemberEnd(); member < end; ++member)
      all_values(member->value, out);
}

void mutate_string(Json& value, Document& document) {
  std::string text(value.GetString(), value.GetStringLength());
  size_t room = text.size() + 32;
  text.resize(room);
  text.resize(
      LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(text.data()), value.GetStringLength(), room));
  value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()),
                  document.GetAllocator());
}

void change_value(Json& value, const Json& other, Document& document, Random& random) {
  static const int64_t kNumbers[] = {
      0, 1, -1, 2, 3, 127, 100000, 0x7FFFFFFF, -0x7FFFFFFF, 0x80000000LL, INT64_MAX, INT64_MIN};
  static const char* const kStrings[] = {"$T0", "$T1", "$F0", "$F1", "$F5", "$R0",     "$R1",
                                         "$R2", "$R3", "$R7", "",    "NSE", "demo.nse"};
  auto& allocator = document.GetAllocator();
  if (value.IsString() && below(random, 3)) return mutate_string(value, document);
  switch (below(random, 8)) {
    case 0: value.SetInt64(kNumbers[below(random, std::size(kNumbers))]); break;
    case 1:
    case 2:
      value.SetString(rapidjson::StringRef(kStrings[below(random, std::size(kStrings))]));
      break;
    case 3: value.SetBool(random() % 2); break;
    case 4: value.SetNull(); break;
    case 5: value.CopyFrom(Json(other, allocator), allocator); break;
    case 6: {
      Json list(rapidjson::kArrayType);
      for (size_t i = below(random, 20); i > 0; --i)
        list.PushBack(Json(value, allocator), allocator);
      value = list;
      break;
    }
    default: value.SetObject();
  }
}

bool change_json(std::string& line, Random& random) {
  size_t start = line.find('{');
  if (start == std::string::npos) return false;
  Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(line.c_str() + start);
  if (document.HasParseError()) return false;
  std::vector<Json*> values;
  all_values(document, values);
  Json* value = values[below(random, values.size())];
  if (value->IsObject() && value->MemberCount() && below(random, 2)) {
    value->EraseMember(value->MemberBegin() +
                       static_cast<long>(below(random, value->MemberCount())));
  } else {
    Json other(*values[below(random, values.size())], document.GetAllocator());
    change_value(*value, other, document, random);
  }
  line = line.substr(0, start) + dap::to_text(document);
  return true;
}

void change_lines(Lines& lines, Random& random) {
  size_t one = below(random, lines.size()), other = below(random, lines.size());
  auto place = [&](size_t line) { return lines.begin() + static_cast<long>(line); };
  switch (below(random, 5)) {
    case 0: lines.insert(place(one), std::string(lines[other])); break;
    case 1:
      if (lines.size() > 1) lines.erase(place(one));
      break;
    case 2: std::swap(lines[one], lines[other]); break;
    case 3: lines[one] = (random() % 2 ? "2 " : "& ") + lines[one]; break;
    default:
      lines[one].erase(0, lines[one].find('{') == std::string::npos ? 0 : lines[one].find('{'));
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  Random random(seed);
  size_t how = below(random, 10);
  if (size == 0 || how == 0) return LLVMFuzzerMutate(data, size, max_size);
  Lines lines = split(std::string(reinterpret_cast<char*>(data), size));
  if (how < 3 || !change_json(lines[below(random, lines.size())], random))
    change_lines(lines, random);
  std::string out = join(lines);
  if (out.empty() || out.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  memcpy(data, out.data(), out.size());
  return out.size();
}
