// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <tl/expected.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace faultline {

/// Who caused an error. A user must always be able to tell an injected fault from a real one.
enum class ErrorSource { Downstream, Upstream, Internal, Injected, Input };

/// What went wrong, coarse enough to branch on. Anything finer stands in the message.
enum class ErrorCode {
  InvalidArgument,  // a value outside its documented range
  ParseFailed,      // bytes that do not follow their grammar
  LimitExceeded,    // a limit of limits.h was reached
  NotFound,
  AlreadyExists,
  AddressInUse,
  PermissionDenied,
  Closed,   // the peer ended the connection in order
  Reset,    // the peer ended the connection abruptly
  Refused,  // nobody listens there
  TimedOut,
  Unsupported,
  IoFailed,  // any other failure of the operating system
  DiskFull,
  Bug,
};

/// The stable lower-case name of a code, for logs and reports ("parse_failed").
[[nodiscard]] std::string_view error_code_name(ErrorCode code) noexcept;

/// An error of operation: what happened, who caused it, and whether trying again can help. It is
/// data, not a bug: bugs go through assert.h.
struct Error {
  ErrorCode code = ErrorCode::Bug;
  ErrorSource source = ErrorSource::Internal;
  bool retryable = false;
  std::string message;  // what happened, lower case, no full stop

  [[nodiscard]] static Error make(ErrorCode code, std::string message,
                                  ErrorSource source = ErrorSource::Internal) {
    return Error{code, source, false, std::move(message)};
  }
};

/// The result of everything that can fail in operation. std::expected is missing in the compilers
/// we support in C++20 mode, so this is tl::expected behind one alias.
template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message,
                                                ErrorSource source = ErrorSource::Internal) {
  return tl::unexpected<Error>(Error::make(code, std::move(message), source));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace faultline

#define FL_CONCAT_INNER(a, b) a##b
#define FL_CONCAT(a, b) FL_CONCAT_INNER(a, b)

/// FL_TRY(auto x, f()); binds the value of a Result or returns its error. The only macro that
/// returns early.
#define FL_TRY(declaration, expression)                                        \
  auto FL_CONCAT(fl_try_, __LINE__) = (expression);                            \
  if (!FL_CONCAT(fl_try_, __LINE__)) {                                         \
    return ::faultline::fail(std::move(FL_CONCAT(fl_try_, __LINE__).error())); \
  }                                                                            \
  declaration = std::move(*FL_CONCAT(fl_try_, __LINE__))  // NOLINT(bugprone-macro-parentheses)

/// FL_CHECK_OK(f()); returns the error of a Status.
#define FL_CHECK_OK(expression)                             \
  if (auto fl_status = (expression); !fl_status) {          \
    return ::faultline::fail(std::move(fl_status.error())); \
  }
