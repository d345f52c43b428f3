// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/event.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "proxy/record/exchange.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
/// the top of access_log.cc). Holds up to limits::kJournalBufferBytes; a crash costs what was held
/// and leaves at most one torn last line. Not thread-safe.
class AccessLogWriter final {
 public:
  explicit AccessLogWriter(AppendFile file) : file_(std::move(file)) {}
  /// Writes what is held; an error there is lost, so call close().
  ~AccessLogWriter();
  AccessLogWriter(const AccessLogWriter&) = delete;
  AccessLogWriter& operator=(const AccessLogWriter&) = delete;

  /// DiskFull, IoFailed. The first failure sticks: later calls return it and count as lost.
  [[nodiscard]] Status append(const AccessEntry& entry);
  /// Writes what is held and waits for the disk.
  [[nodiscard]] Status close();

  /// Lines in the file, and lines that append() was given and the file lacks.
  [[nodiscard]] uint64_t written() const noexcept { return written_; }
  [[nodiscard]] uint64_t lost() const noexcept { return lost_; }

 private:
  [[nodiscard]] Status flush();

  AppendFile file_;
  std::string buffer_;
  uint64_t buffered_ = 0;  // lines in buffer_
  uint64_t written_ = 0;
  uint64_t lost_ = 0;
  std::optional<Error> failure_;
};

}  // namespace faultline::record
