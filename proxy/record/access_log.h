// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/event.h"
#include "proxy/base/result.h"
#include "proxy/record/exchange.h"
#include "proxy/record/line_file.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::record {

/// What the access log says of one exchange. Texts of traffic come redacted: method and target as
/// the message that a Redactor made. Borrowed for the call.
struct AccessEntry {
  ExchangeId id;
  std::string_view listener;  // name in the configuration
  int64_t t_ns = 0;           // when it began, since the start of the run
  const redaction::RedactedMessage& request;
  int status = 0;  // 0: the client got no answer
  Outcome outcome = Outcome::Completed;
  uint64_t request_bytes = 0;  // content of the bodies, without transfer coding
  uint64_t response_bytes = 0;
  Duration duration{};                   // from the request's head to the last byte of the answer
  Duration added{};                      // of it, what faultline itself cost
  redaction::RedactedText client;        // address without port
  redaction::RedactedText upstream;      // "host:port"; empty: nothing was sent upstream
  std::vector<std::string_view> faults;  // rules whose fault touched it, in order
};

/// Writes access.jsonl, one line per exchange in the order in which they come (the format stands at
/// the top of access_log.cc). Not thread-safe.
class AccessLogWriter final {
 public:
  explicit AccessLogWriter(AppendFile file) : lines_(std::move(file)) {}

  /// DiskFull, IoFailed, as LineFile says.
  [[nodiscard]] Status append(const AccessEntry& entry);
  [[nodiscard]] Status close() { return lines_.close(); }
  [[nodiscard]] uint64_t written() const noexcept { return lines_.written(); }
  [[nodiscard]] uint64_t lost() const noexcept { return lines_.lost(); }

 private:
  LineFile lines_;
};

}  // namespace faultline::record
