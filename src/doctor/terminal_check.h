// The terminal that nsedbg's prompt would be in.
#pragma once

#include "doctor/check.h"

namespace doctor {

Check terminal_check();

}  // namespace doctor
