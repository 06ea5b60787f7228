// What a client said of itself in `initialize`: clients are not equal.
#pragma once

namespace agent {

struct Features {
  bool paging = false;  // asks for long tables in parts
  bool memory = false;  // understands memoryReference
};

// Main thread: of the client whose request is being done.
inline Features asking;

}  // namespace agent
