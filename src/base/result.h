// The error type of the whole project: a value, or what happened and what to do next.
//
// No exceptions: the same type serves the program and the agent (built with -fno-exceptions).
// The idea is leveldb's Status; the hint is ninja's habit of telling the user the next step.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace base {

struct Error {
  std::string message;  // what happened, and where
  std::string hint;     // what to do next; may be empty
  int exit_code = 1;    // for the program: STYLE.md, "Exit codes"

  std::string text() const { return hint.empty() ? message : message + "\n  " + hint; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  const Error& error() const { return error_; }
  Error&& take_error() { return std::move(error_); }

 private:
  std::optional<T> value_;
  Error error_;
};

struct Done {};
using Status = Result<Done>;
inline Status ok() { return Done{}; }
inline Error fail(std::string message, std::string hint = {}, int exit_code = 1) {
  return Error{std::move(message), std::move(hint), exit_code};
}

}  // namespace base
