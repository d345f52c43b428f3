// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_fault_parts.h"

#include <fmt/core.h>

#include <chrono>

// The faults that act on a stream of bytes or on a connection.
namespace faultline::rules {
namespace {

constexpr Range<uint64_t> kPieceRange{1, 1024 * 1024};
constexpr std::chrono::seconds kHoldDefault(30);

}  // namespace

LoadedFault load_throttle(ObjectReader& reader) {
  LoadedFault loaded;
  ThrottleSpec spec;
  load_side(reader, spec.side, loaded);
  if (const auto per = reader.choice("per")) spec.per = static_cast<ThrottleSpec::Per>(*per);
  spec.bytes_per_second = reader.byte_rate("rate", kRateRange).value_or(1);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_slice(ObjectReader& reader) {
  LoadedFault loaded;
  SliceSpec spec;
  spec.bytes = reader.byte_size("size", kPieceRange).value_or(1);
  spec.variation = reader.byte_size("variation", {0, kPieceRange.high}).value_or(0);
  if (spec.variation >= spec.bytes && spec.variation != 0) {
    auto& d = reader.context().error("FL0107", reader.value_span("variation"),
                                     "'variation' must be below 'size'", "a piece could be empty");
    if (reader.has("size")) d.secondary.push_back({reader.value_span("size"), "the size"});
  }
  if (const auto part = reader.choice("part")) spec.part = static_cast<SliceSpec::Part>(*part);
  spec.gap = reader.duration("gap", kPositiveDelayRange).value_or(Duration(1));
  load_side(reader, spec.side, loaded);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_stall(ObjectReader& reader) {
  LoadedFault loaded;
  StallSpec spec;
  spec.at = reader.byte_size("at", kOffsetRange).value_or(0);
  spec.hold = reader.duration("for", kPositiveDelayRange).value_or(Duration(1));
  if (const auto how = reader.choice("how")) spec.how = static_cast<StallSpec::How>(*how);
  load_side(reader, spec.side, loaded);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_cut(ObjectReader& reader) {
  LoadedFault loaded;
  CutSpec spec;
  spec.at = reader.byte_size("at", kOffsetRange).value_or(0);
  if (const auto how = reader.choice("how")) spec.how = static_cast<CutSpec::How>(*how);
  spec.hold = load_hold(reader, spec.how == CutSpec::How::Silence, "silence", kHoldDefault);
  load_side(reader, spec.side, loaded);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_half_close(ObjectReader& reader) {
  LoadedFault loaded;
  HalfCloseSpec spec;
  if (const auto how = reader.choice("how")) spec.how = static_cast<HalfCloseSpec::How>(*how);
  const bool swallows = spec.how == HalfCloseSpec::How::Swallow;
  spec.hold = load_hold(reader, swallows, "swallow", kHoldDefault);
  if (const auto at = reader.byte_size("at", kOffsetRange)) {
    spec.at = *at;
    if (swallows) {
      auto& d = reader.context().error("FL0110", reader.key_span("at"),
                                       "'at' belongs to 'how: early'", "FIN comes when it comes");
      if (reader.has("how")) d.secondary.push_back({reader.value_span("how"), "swallows it"});
    }
  }
  load_side(reader, spec.side, loaded);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_lifetime(ObjectReader& reader) {
  LoadedFault loaded;
  LifetimeSpec spec;
  spec.hold = reader.duration("for", kPositiveDelayRange).value_or(Duration(1));
  if (const auto how = reader.choice("how")) spec.how = static_cast<LifetimeSpec::How>(*how);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_connect(ObjectReader& reader) {
  LoadedFault loaded;
  ConnectSpec spec;
  spec.delay = reader.duration("delay", kDelayRange).value_or(Duration{});
  if (const auto then = reader.choice("then")) spec.then = static_cast<ConnectSpec::Then>(*then);
  if (spec.then == ConnectSpec::Then::Dial && !reader.has("delay") && !reader.has("then")) {
    auto& d = reader.context().error("FL0111", reader.span(), "connect says not what to do",
                                     "needs 'delay', or another 'then'");
    d.help = "write connect: { delay: 2s }";
  }
  loaded.fault = spec;
  return loaded;
}

}  // namespace faultline::rules
