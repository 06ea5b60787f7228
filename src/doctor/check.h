// One thing that was looked at: how it is, and what to do about it.
#pragma once

#include <string>

#include "base/result.h"

namespace doctor {

enum class State {
  kOk,
  kAbsent,   // not here, and nothing is wrong with that
  kWarning,  // something does not work; debugging does
  kProblem,  // debugging does not work
};

struct Check {
  State state = State::kOk;
  std::string name;
  std::string text;
  std::string remedy;  // may be empty
};

inline Check failed(State state, std::string name, const base::Error& error) {
  return {state, std::move(name), error.message, error.hint};
}

}  // namespace doctor
