// May we trace a process that we did not start? That is what `nsedbg attach` needs.
#pragma once

#include "doctor/check.h"

namespace doctor {

Check attach_check();

}  // namespace doctor
