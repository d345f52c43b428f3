// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline {

enum class LogLevel : uint8_t { Debug, Info, Warn, Error };

/// The levelled log of the process, for people: never a body, never a header value. Thread-safe;
/// hands lines to a background queue, drops (and counts) rather than blocks when that is full.
/// Not for the hot path.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view line) = 0;
  void info(std::string_view line) { write(LogLevel::Info, line); }
  void warn(std::string_view line) { write(LogLevel::Warn, line); }
  void error(std::string_view line) { write(LogLevel::Error, line); }
};

/// Writes to standard error through spdlog.
[[nodiscard]] std::unique_ptr<Log> make_stderr_log(LogLevel threshold, bool json);

}  // namespace faultline
