// A host and a port as the user writes them: 10.0.0.5, 10.0.0.5:80, :80, [::1]:80, ::1, 10.0.0.0/8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cli {

struct Peer {
  std::optional<std::string> host;
  std::optional<int> port;
};

// A "/tcp" behind the port is passed over.
base::Result<Peer> parse_peer(std::string_view text);

}  // namespace cli
