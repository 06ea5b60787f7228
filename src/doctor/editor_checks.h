// Which editors are here, and whether they know nsedbg.
#pragma once

#include <vector>

#include "doctor/check.h"

namespace doctor {

std::vector<Check> editor_checks();

}  // namespace doctor
