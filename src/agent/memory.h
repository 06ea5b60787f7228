// readMemory: the bytes of a string, for the hex view of a packet.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dap/requests.h"

namespace agent {

// The memoryReference of the string behind a reference, and back (0: it is none).
std::string memory_reference(int reference);
int reference_of_memory(const std::string& memory_reference);

std::string base64(std::string_view bytes);

// Main thread, scan stopped.
base::Result<dap::ReadMemory::Response> read_memory(const dap::ReadMemory::Arguments& arguments);

}  // namespace agent
