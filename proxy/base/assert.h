// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

namespace faultline {

/// Prints the failed check with its place to standard error and aborts.
[[noreturn]] void assert_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace faultline

/// A programming error, checked in every build: prints the place and aborts. Never on bytes from
/// the network, a configuration or a file; those get an Error.
#define FL_ASSERT(expression)                                      \
  do {                                                             \
    if (!(expression)) [[unlikely]] {                              \
      ::faultline::assert_failed(#expression, __FILE__, __LINE__); \
    }                                                              \
  } while (false)

/// The same for hot paths: only in debug builds.
#ifdef FL_DEBUG
#define FL_DASSERT(expression) FL_ASSERT(expression)
#else
#define FL_DASSERT(expression) static_cast<void>(0)
#endif
