// The proof: nmap is started as for debugging, with a script of ours and without a target, and the
// agent in it is asked a question. Nothing is sent to anybody.
#pragma once

#include <string>

#include "base/result.h"

namespace doctor {

// The seconds it took, or what went wrong. Ends within half a minute.
base::Result<double> try_agent(const std::string& nmap);

}  // namespace doctor
