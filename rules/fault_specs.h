// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What each fault is told: values only, checked and complete. Exactly one per rule, under
/// `fault:`; `kName` is its key there. What a fault does to the bytes, how true to the real event
/// it is and whether the upstream hears of it stands at its filter (filters/<fault>/).
namespace faultline::rules {

enum class Protocol : uint8_t { Http, Tcp };
enum class Side : uint8_t { Request, Response };

/// latency: { fixed, jitter } | { uniform: [a, b] } | { normal: { mean, stddev } } |
/// { exponential: { mean } } | { pareto: { scale, shape } }; side: request | response; max.
/// Reaches upstream: yes. Exact.
struct LatencySpec {
  static constexpr std::string_view kName = "latency";
  enum class Kind : uint8_t { Fixed, Uniform, Normal, Exponential, Pareto };
  Kind kind = Kind::Fixed;
  Duration fixed{};   // Fixed
  Duration jitter{};  // Fixed: uniform in [fixed - jitter, fixed + jitter), not below 0
  Duration low{};     // Uniform [low, high)
  Duration high{};
  Duration mean{};           // Normal, Exponential
  Duration stddev{};         // Normal
  Duration scale{};          // Pareto minimum
  uint32_t shape_milli = 0;  // Pareto shape x 1000
  Duration max{};            // cap; default limits::kDelayMax
  Side side = Side::Request;
  /// Quantiles of the delay in nanoseconds at u = i / (N - 1), linear in between: built when the
  /// configuration is loaded so that no floating point enters a decision.
  std::vector<int64_t> quantiles;
};

/// throttle: { rate: 64KiB/s, per: exchange | connection | listener, side: request | response }.
/// Reaches upstream: yes. Exact.
struct ThrottleSpec {
  static constexpr std::string_view kName = "throttle";
  enum class Per : uint8_t { Exchange, Connection, Listener };
  uint64_t bytes_per_second = 0;
  Per per = Per::Exchange;
  Side side = Side::Response;
};

/// slice: { size: 1B, variation: 0B, gap: 10ms, side }: pieces of size +- variation, one per gap.
/// Reaches upstream: yes. Exact.
struct SliceSpec {
  static constexpr std::string_view kName = "slice";
  uint64_t bytes = 1;
  uint64_t variation = 0;  // below bytes
  Duration gap{};
  Side side = Side::Response;
  friend bool operator==(const SliceSpec&, const SliceSpec&) = default;
};

/// stall: { at: 0B, for: 5s, how: hold | stop_reading, side }. stop_reading closes the window of
/// whoever sends that side. Reaches upstream: yes. Exact.
struct StallSpec {
  static constexpr std::string_view kName = "stall";
  enum class How : uint8_t { Hold, StopReading };
  uint64_t at = 0;  // bytes of that side, the head included
  Duration hold{};
  How how = How::Hold;
  Side side = Side::Response;
  friend bool operator==(const StallSpec&, const StallSpec&) = default;
};

/// cut: { at: 100B, how: close | reset | silence, for: 30s, side }: what is behind the offset
/// never comes. silence ends in close after `for`. Reaches upstream: in part (side: request), yes
/// (side: response). Exact.
struct CutSpec {
  static constexpr std::string_view kName = "cut";
  enum class How : uint8_t { Close, Reset, Silence };
  uint64_t at = 0;  // bytes of that side, the head included
  How how = How::Close;
  Duration hold{};  // Silence
  Side side = Side::Response;
  friend bool operator==(const CutSpec&, const CutSpec&) = default;
};

/// half_close: { how: swallow | early, at: 0B, for: 30s, side }. early: FIN of that side alone
/// behind `at` bytes; swallow: its FIN is not passed on, and the connection ends after `for`.
/// tcp only. Reaches upstream: yes. Exact.
struct HalfCloseSpec {
  static constexpr std::string_view kName = "half_close";
  enum class How : uint8_t { Swallow, Early };
  How how = How::Swallow;
  uint64_t at = 0;  // Early
  Duration hold{};  // Swallow
  Side side = Side::Request;
  friend bool operator==(const HalfCloseSpec&, const HalfCloseSpec&) = default;
};

/// lifetime: { for: 30s, how: close | reset }: the connection ends so long after it was accepted,
/// whatever flows. tcp only. Reaches upstream: yes. Exact.
struct LifetimeSpec {
  static constexpr std::string_view kName = "lifetime";
  enum class How : uint8_t { Close, Reset };
  How how = How::Close;
  Duration hold{};
  friend bool operator==(const LifetimeSpec&, const LifetimeSpec&) = default;
};

/// connect: { delay: 2s, then: dial | refuse | time_out }: the upstream is dialled late, or not at
/// all. Reaches upstream: with `dial` only. tcp: exact. http: emulated (502, 504).
struct ConnectSpec {
  static constexpr std::string_view kName = "connect";
  enum class Then : uint8_t { Dial, Refuse, TimeOut };
  Duration delay{};
  Then then = Then::Dial;
  friend bool operator==(const ConnectSpec&, const ConnectSpec&) = default;
};

/// abort: { status, headers, body, effect: before | after }. before: the upstream never sees the
/// request. after: the upstream acted and its answer is replaced. Exact.
struct AbortSpec {
  static constexpr std::string_view kName = "abort";
  int status = 503;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool after = false;
};

/// drop: { how: close | reset | black_hole | lose_response, for: 30s }. close/reset/black_hole:
/// the upstream never sees the request (tcp: at accept); lose_response: it acted, the answer is
/// lost and the connection reset. black_hole: silence for `for`, then close. Exact.
struct DropSpec {
  static constexpr std::string_view kName = "drop";
  enum class How : uint8_t { Close, Reset, BlackHole, LoseResponse };
  How how = How::Close;
  Duration hold{};
};

/// schema_drift: { mutate: remove | rename | retype | null | extra | enum, pointer: /0/price }
/// or { mutate: ..., any: true } (a property of the contract's schema, chosen by the decision);
/// side: request | response; max_body. Reaches upstream: yes. Exact.
struct SchemaDriftSpec {
  static constexpr std::string_view kName = "schema_drift";
  enum class Mutate : uint8_t { Remove, Rename, Retype, Null, Extra, Enum };
  Mutate mutate = Mutate::Retype;
  std::string pointer;  // RFC 6901; empty with any
  bool any = false;
  Side side = Side::Response;
  uint64_t body_max = 0;  // max_body: a longer body is left alone; default kCaptureBytes
};

using FaultSpec =
    std::variant<LatencySpec, ThrottleSpec, SliceSpec, StallSpec, CutSpec, HalfCloseSpec,
                 LifetimeSpec, ConnectSpec, AbortSpec, DropSpec, SchemaDriftSpec>;

/// The key under `fault:`.
[[nodiscard]] std::string_view fault_name(const FaultSpec& fault) noexcept;

}  // namespace faultline::rules
