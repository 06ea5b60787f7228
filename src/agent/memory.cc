#include "agent/memory.h"

#include <stdio.h>

#include <algorithm>

#include "agent/references.h"
#include "base/text.h"
#include "lua/workbench.h"

namespace agent {
namespace {

std::string hex(int64_t number) {
  char text[32];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(number));
  return text;
}

// `count` bytes from `offset` on: what there is of them, and how many there are not.
dap::ReadMemory::Response part_of(std::string_view bytes, int64_t offset, int64_t count) {
  auto size = static_cast<int64_t>(bytes.size());
  dap::ReadMemory::Response response;
  response.address = hex(std::max<int64_t>(offset, 0));
  int64_t readable = offset < 0 || offset >= size ? 0 : std::min(count, size - offset);
  if (readable > 0)
    response.data =
        base64(bytes.substr(static_cast<size_t>(offset), static_cast<size_t>(readable)));
  if (readable < count) response.unreadableBytes = count - readable;
  return response;
}

}  // namespace

std::string memory_reference(int reference) { return "string" + std::to_string(reference); }

int reference_of_memory(const std::string& memory_reference) {
  long long number = 0;
  if (!base::starts_with(memory_reference, "string") ||
      !base::parse_int(std::string_view(memory_reference).substr(6), number))
    return 0;
  return number > 0 && number < 0x7FFFFFFF ? static_cast<int>(number) : 0;
}

std::string base64(std::string_view bytes) {
  static const char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    size_t n = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

base::Result<dap::ReadMemory::Response> read_memory(const dap::ReadMemory::Arguments& arguments) {
  if (arguments.count < 0) return base::fail("readMemory: count cannot be below zero");
  int number = reference_of_memory(arguments.memoryReference);
  auto found = find_reference(number);
  if (!number || (found && (*found)->kind != Reference::Kind::kString))
    return base::fail("there is no memoryReference '" + arguments.memoryReference + "'");
  if (!found) return found.take_error();
  dap::ReadMemory::Response response;
  base::Status status = lua::protect([&](lua_State* W) {
    push_value(W, number);
    size_t size = 0;
    const char* bytes = lua_tolstring(W, -1, &size);
    response = part_of({bytes, size}, arguments.offset.value_or(0), arguments.count);
  });
  if (!status) return status.take_error();
  return response;
}

}  // namespace agent
