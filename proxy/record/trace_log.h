// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/event.h"
#include "proxy/base/result.h"
#include "proxy/base/trace_context.h"
#include "proxy/record/exchange.h"
#include "proxy/record/line_file.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::record {

/// A fault that touched an exchange: an event of its server span. Texts are names of the
/// configuration and of this project; borrowed.
struct TraceFault {
  WallTime at;
  uint64_t event = 0;  // in events.jsonl
  std::string_view rule;
  std::string_view fault;  // "latency"
  Direction direction = Direction::Request;
  std::string_view action;  // value-free: "answer 503"
  int64_t delay_ns = 0;     // 0: none
};

/// What the upstream took of an exchange: its client span.
struct TraceCall {
  WallTime began;                   // the first byte was sent
  WallTime ended;                   // its answer was whole, or given up
  redaction::RedactedText address;  // "host:port"
  int status = 0;                   // as the upstream said it; 0: it did not, or nobody knows
};

/// The spans of one exchange. Texts of traffic come redacted. Borrowed for the call.
struct TraceEntry {
  ExchangeId id;
  std::string_view listener;       // name in the configuration
  redaction::RedactedText trace;   // id, as in trace_id_text()
  redaction::RedactedText parent;  // the client's span; empty: the trace begins here
  uint8_t flags = 0;               // of W3C Trace Context
  SpanIds ids;                     // its spans; of these the trace id does not count
  WallTime began;
  WallTime ended;
  const redaction::RedactedMessage& request;
  std::string_view operation;  // of the contract, "GET /orders/{id}"; empty: none
  int status = 0;              // of the answer; 0: the client got none
  Outcome outcome = Outcome::Completed;
  uint64_t request_bytes = 0;  // content of the bodies, without transfer coding
  uint64_t response_bytes = 0;
  redaction::RedactedText client;  // address without port
  std::optional<TraceCall> call;   // nothing: nothing was sent upstream
  std::vector<TraceFault> faults;  // in order
};

/// Writes traces.jsonl, in the format of the OpenTelemetry protocol's file exporter: one line per
/// exchange in the order in which they come (the format stands at the top of trace_log.cc). Not
/// thread-safe.
class TraceWriter final {
 public:
  /// The run that the traces are of.
  struct Run {
    std::string id;
    uint64_t seed = 0;
    std::string version;          // of faultline
    int64_t wall_minus_mono = 0;  // ns: what turns its monotonic times into civil ones

    [[nodiscard]] WallTime wall(MonoTime time) const noexcept {
      return {time.ns + wall_minus_mono};
    }
  };
  TraceWriter(AppendFile file, Run run);

  /// DiskFull, IoFailed, as LineFile says.
  [[nodiscard]] Status append(const TraceEntry& entry);
  [[nodiscard]] Status close() { return lines_.close(); }
  [[nodiscard]] uint64_t written() const noexcept { return lines_.written(); }
  [[nodiscard]] uint64_t lost() const noexcept { return lines_.lost(); }
  [[nodiscard]] const Run& run() const noexcept { return run_; }

 private:
  LineFile lines_;
  const Run run_;
  const std::string resource_;  // JSON: the part that all lines share
};

}  // namespace faultline::record
