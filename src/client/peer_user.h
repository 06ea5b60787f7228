// Who is at the other end of a TCP connection over the loopback: TCP has no SO_PEERCRED, but the
// kernel lists every socket of this network namespace with its owner (proc(5), /proc/net/tcp).
#pragma once

#include <sys/types.h>

#include <optional>

namespace client {

// Nothing if it is not to be found: then it is nobody to trust.
std::optional<uid_t> peer_user(int socket);

}  // namespace client
