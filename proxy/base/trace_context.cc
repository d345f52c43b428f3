// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/trace_context.h"

#include "proxy/base/hash.h"
#include "proxy/base/random.h"
#include "proxy/base/text.h"

// traceparent, version 00:
//
//   0   2  version, lower-case hex as all that follows; never ff
//   2   1  "-"
//   3  32  trace id, not all zero
//  35   1  "-"
//  36  16  id of the span that sent the request, not all zero
//  52   1  "-"
//  53   2  flags
//
// A later version may go on with "-" and more.

namespace faultline {
namespace {

constexpr size_t kTraceAt = 3;
constexpr size_t kSpanAt = 36;
constexpr size_t kFlagsAt = 53;
constexpr size_t kLength = 55;

std::optional<unsigned> hex_digit(char c) noexcept {
  if (is_ascii_digit(c)) return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  return std::nullopt;
}

std::optional<uint64_t> parse_hex(std::string_view text) noexcept {
  uint64_t value = 0;
  for (const char c : text) {
    const auto digit = hex_digit(c);
    if (!digit) return std::nullopt;
    value = value << 4U | *digit;
  }
  return value;
}

// Every fourth digit of an id becomes a letter: a, b, e or f.
constexpr uint64_t kLetters = 0xA000'A000'A000'A000;

}  // namespace

std::string trace_id_text(const TraceId& id) { return hex64(id.high) + hex64(id.low); }

std::optional<TraceParent> parse_traceparent(std::string_view value) noexcept {
  if (value.size() < kLength) return std::nullopt;
  const auto version = parse_hex(value.substr(0, 2));
  if (!version || *version == 0xFF) return std::nullopt;
  const bool ends_here = value.size() == kLength;
  if (!ends_here && (*version == 0 || value[kLength] != '-')) return std::nullopt;
  for (const size_t dash : {kTraceAt - 1, kSpanAt - 1, kFlagsAt - 1}) {
    if (value[dash] != '-') return std::nullopt;
  }
  const auto high = parse_hex(value.substr(kTraceAt, 16));
  const auto low = parse_hex(value.substr(kTraceAt + 16, 16));
  const auto span = parse_hex(value.substr(kSpanAt, 16));
  const auto flags = parse_hex(value.substr(kFlagsAt, 2));
  if (!high || !low || !span || !flags) return std::nullopt;
  if ((*high == 0 && *low == 0) || *span == 0) return std::nullopt;
  constexpr uint64_t kKnown = TraceParent::kSampled | TraceParent::kRandom;
  return TraceParent{{*high, *low}, *span, static_cast<uint8_t>(*flags & kKnown)};
}

std::string format_traceparent(const TraceParent& parent) {
  std::string text = "00-" + trace_id_text(parent.trace);
  text.append("-").append(hex64(parent.span));
  return text.append("-").append(hex64(parent.flags).substr(14));
}

SpanIds span_ids(uint64_t seed, std::string_view listener, const ExchangeId& exchange) noexcept {
  // No rule has a space in its name: these draws are nobody else's.
  const uint64_t stream = random::decision_stream(random::rule_stream(seed, 0, "spans of a trace"),
                                                  0, listener, exchange.connection);
  const auto draw = [&](uint64_t number) {
    return random::draw_from(stream, exchange.exchange * 4 + number) | kLetters;
  };
  return {{draw(0), draw(1)}, draw(2), draw(3)};
}

}  // namespace faultline
