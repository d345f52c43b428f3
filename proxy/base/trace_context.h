// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline {

/// Names a trace. In text 32 lower-case hex digits; never all zero.
struct TraceId {
  uint64_t high = 0;
  uint64_t low = 0;
  friend bool operator==(const TraceId&, const TraceId&) = default;
};
[[nodiscard]] std::string trace_id_text(const TraceId& id);

/// What a `traceparent` field says (W3C Trace Context, https://www.w3.org/TR/trace-context/):
/// which trace a request belongs to, and which span of it has sent it.
struct TraceParent {
  static constexpr uint8_t kSampled = 1;  // who sent it may have recorded it
  static constexpr uint8_t kRandom = 2;   // the trace id is random (level 2)

  TraceId trace;
  uint64_t span = 0;  // never 0
  uint8_t flags = 0;  // of the two above; what else is set has no meaning yet and is not kept
  friend bool operator==(const TraceParent&, const TraceParent&) = default;
};

/// Nothing when the value is malformed: then a trace begins anew. A version above 00 is read as far
/// as 00 goes, as the recommendation asks.
[[nodiscard]] std::optional<TraceParent> parse_traceparent(std::string_view value) noexcept;
/// In version 00.
[[nodiscard]] std::string format_traceparent(const TraceParent& parent);

/// The ids of the spans that faultline makes of one exchange.
struct SpanIds {
  TraceId trace;        // where the request belongs to no trace yet
  uint64_t server = 0;  // from the client's request to its answer
  uint64_t client = 0;  // what of it the upstream took
};
/// A pure function, so the traces of two runs with one seed line up as far as their connections
/// came in the same order. No id is 0, and none has four digits in a row: nothing that looks for
/// numbers of cards or accounts takes one for what it looks for.
[[nodiscard]] SpanIds span_ids(uint64_t seed, std::string_view listener,
                               const ExchangeId& exchange) noexcept;

}  // namespace faultline
