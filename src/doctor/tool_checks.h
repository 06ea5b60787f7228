// What nsedbg works together with: container engines, ssh, ZeroBrane Studio.
#pragma once

#include <vector>

#include "doctor/check.h"

namespace doctor {

std::vector<Check> tool_checks();

}  // namespace doctor
