// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical_writer.h"

#include <array>

namespace faultline::rules {
namespace {

using Writer = CanonicalWriter;

void write_spec(Writer& out, const LatencySpec& spec) {
  using Kind = LatencySpec::Kind;
  switch (spec.kind) {
    case Kind::Fixed:
      out.duration("fixed", spec.fixed);
      out.duration("jitter", spec.jitter);
      break;
    case Kind::Uniform:
      out.raw("uniform",
              fmt::format("[{}, {}]", format_duration(spec.low), format_duration(spec.high)));
      break;
    case Kind::Normal:
      out.open("normal");
      out.duration("mean", spec.mean);
      out.duration("stddev", spec.stddev);
      out.close();
      break;
    case Kind::Exponential:
      out.open("exponential");
      out.duration("mean", spec.mean);
      out.close();
      break;
    case Kind::Pareto:
      out.open("pareto");
      out.duration("scale", spec.scale);
      out.raw("shape", fmt::format("{}.{:03}", spec.shape_milli / 1000, spec.shape_milli % 1000));
      out.close();
      break;
  }
  out.raw("side", side_word(spec.side));
  out.duration("max", spec.max);
}

void write_spec(Writer& out, const ThrottleSpec& spec) {
  constexpr std::array<std::string_view, 3> kPer{"exchange", "connection", "listener"};
  out.raw("rate", format_byte_size(spec.bytes_per_second) + "/s");
  out.raw("per", kPer[static_cast<size_t>(spec.per)]);
  out.raw("side", side_word(spec.side));
}

void write_spec(Writer& out, const SliceSpec& spec) {
  out.size("size", spec.bytes);
  out.size("variation", spec.variation);
  out.duration("gap", spec.gap);
  out.raw("side", side_word(spec.side));
}

void write_spec(Writer& out, const StallSpec& spec) {
  constexpr std::array<std::string_view, 2> kHow{"hold", "stop_reading"};
  out.size("at", spec.at);
  out.duration("for", spec.hold);
  out.raw("how", kHow[static_cast<size_t>(spec.how)]);
  out.raw("side", side_word(spec.side));
}

void write_spec(Writer& out, const CutSpec& spec) {
  constexpr std::array<std::string_view, 3> kHow{"close", "reset", "silence"};
  out.size("at", spec.at);
  out.raw("how", kHow[static_cast<size_t>(spec.how)]);
  if (spec.how == CutSpec::How::Silence) out.duration("for", spec.hold);
  out.raw("side", side_word(spec.side));
}

void write_spec(Writer& out, const HalfCloseSpec& spec) {
  const bool swallows = spec.how == HalfCloseSpec::How::Swallow;
  out.raw("how", swallows ? "swallow" : "early");
  if (swallows) {
    out.duration("for", spec.hold);
  } else {
    out.size("at", spec.at);
  }
  out.raw("side", side_word(spec.side));
}

void write_spec(Writer& out, const LifetimeSpec& spec) {
  out.duration("for", spec.hold);
  out.raw("how", spec.how == LifetimeSpec::How::Reset ? "reset" : "close");
}

void write_spec(Writer& out, const ConnectSpec& spec) {
  constexpr std::array<std::string_view, 3> kThen{"dial", "refuse", "time_out"};
  out.duration("delay", spec.delay);
  out.raw("then", kThen[static_cast<size_t>(spec.then)]);
}

void write_spec(Writer& out, const AbortSpec& spec) {
  out.number("status", static_cast<uint64_t>(spec.status));
  if (!spec.headers.empty()) {
    out.open("headers");
    for (const auto& [name, value] : spec.headers) out.text(name, value);
    out.close();
  }
  out.text("body", spec.body);
  out.raw("effect", spec.after ? "after" : "before");
}

void write_spec(Writer& out, const DropSpec& spec) {
  constexpr std::array<std::string_view, 4> kHow{"close", "reset", "black_hole", "lose_response"};
  out.raw("how", kHow[static_cast<size_t>(spec.how)]);
  if (spec.how == DropSpec::How::BlackHole) out.duration("for", spec.hold);
}

void write_spec(Writer& out, const SchemaDriftSpec& spec) {
  constexpr std::array<std::string_view, 6> kMutations{"remove",   "rename", "retype",
                                                       "\"null\"", "extra",  "enum"};
  out.raw("mutate", kMutations[static_cast<size_t>(spec.mutate)]);
  if (spec.any) {
    out.raw("any", "true");
  } else {
    out.text("pointer", spec.pointer);
  }
  out.raw("side", side_word(spec.side));
  out.size("max_body", spec.body_max);
}

}  // namespace

void write_fault(CanonicalWriter& out, const FaultSpec& fault) {
  out.open("fault");
  out.open(fault_name(fault));
  std::visit([&out](const auto& spec) { write_spec(out, spec); }, fault);
  out.close();
  out.close();
}

}  // namespace faultline::rules
