// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <cstdint>
#include <optional>
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
/// { lognormal: { median, sigma } } | { exponential: { mean } } | { pareto: { scale, shape } } |
/// { empirical: [..] }; side: request | response; max. Reaches upstream: yes. Exact.
struct LatencySpec {
  static constexpr std::string_view kName = "latency";
  enum class Kind : uint8_t { Fixed, Uniform, Normal, Lognormal, Exponential, Pareto, Empirical };
  Kind kind = Kind::Fixed;
  Duration fixed{};   // Fixed
  Duration jitter{};  // Fixed: uniform in [fixed - jitter, fixed + jitter), not below 0
  Duration low{};     // Uniform [low, high)
  Duration high{};
  Duration mean{};                // Normal, Exponential
  Duration stddev{};              // Normal
  Duration scale{};               // Pareto minimum
  uint32_t shape_milli = 0;       // Pareto shape x 1000
  Duration median{};              // Lognormal
  uint32_t sigma_milli = 0;       // Lognormal: standard deviation of the logarithm x 1000
  std::vector<Duration> samples;  // Empirical, ascending: quantiles at equal distances
  Duration max{};                 // cap; default limits::kDelayMax
  Side side = Side::Request;
  /// Quantiles of the delay in nanoseconds at u = i / (N - 1), linear in between: built when the
  /// configuration is loaded so that no floating point enters a decision.
  std::vector<int64_t> quantiles;
  friend bool operator==(const LatencySpec&, const LatencySpec&) = default;
};

/// throttle: { rate: 64KiB/s, per: exchange | connection | listener, side: request | response }.
/// Reaches upstream: yes. Exact.
struct ThrottleSpec {
  static constexpr std::string_view kName = "throttle";
  enum class Per : uint8_t { Exchange, Connection, Listener };
  uint64_t bytes_per_second = 0;
  Per per = Per::Exchange;
  Side side = Side::Response;
  friend bool operator==(const ThrottleSpec&, const ThrottleSpec&) = default;
};

/// slice: { size: 1B, variation: 0B, gap: 10ms, part: all | head | body | trailers, side }: pieces
/// of size +- variation, one per gap. Another part than all: http only.
/// Reaches upstream: yes. Exact.
struct SliceSpec {
  static constexpr std::string_view kName = "slice";
  uint64_t bytes = 1;
  uint64_t variation = 0;  // below bytes
  Duration gap{};
  enum class Part : uint8_t { All, Head, Body, Trailers };
  Part part = Part::All;
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

/// abort: { status, headers, body, effect: before | after, retry_after: 2s, retry_as: seconds |
/// date }. before: the upstream never sees the request. after: the upstream acted and its answer is
/// replaced. Exact.
struct AbortSpec {
  static constexpr std::string_view kName = "abort";
  int status = 503;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool after = false;
  enum class RetryAs : uint8_t { Seconds, Date };
  std::optional<Duration> retry_after{};  // whole seconds; a Retry-After field
  RetryAs retry_as = RetryAs::Seconds;
  friend bool operator==(const AbortSpec&, const AbortSpec&) = default;
};

/// drop: { how: close | reset | black_hole | lose_response | keep_alive_race, for: 30s }.
/// close/reset/black_hole: the upstream never sees the request (tcp: at accept); lose_response: it
/// acted, the answer is lost and the connection reset. black_hole: silence for `for`, then close.
/// keep_alive_race: RST when a request comes on a connection that served one before. Exact.
struct DropSpec {
  static constexpr std::string_view kName = "drop";
  enum class How : uint8_t { Close, Reset, BlackHole, LoseResponse, KeepAliveRace };
  How how = How::Close;
  Duration hold{};
  friend bool operator==(const DropSpec&, const DropSpec&) = default;
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
  friend bool operator==(const SchemaDriftSpec&, const SchemaDriftSpec&) = default;
};

/// edit: { status, set: { name: value }, remove: [name], duplicate: [name], side }. Reaches
/// upstream: yes. http only. Exact.
struct EditSpec {
  static constexpr std::string_view kName = "edit";
  int status = 0;  // of the answer; 0 keeps it
  std::vector<std::pair<std::string, std::string>> set{};
  std::vector<std::string> remove{};
  std::vector<std::string> duplicate{};
  Side side = Side::Response;
  friend bool operator==(const EditSpec&, const EditSpec&) = default;
};

/// truncate: { how: shorten | cut | no_last_chunk, at: 10B }: the body of an answer with honest
/// framing, with framing that lies, without its end. Reaches upstream: yes. http only. Exact.
struct TruncateSpec {
  static constexpr std::string_view kName = "truncate";
  enum class How : uint8_t { Shorten, Cut, NoLastChunk };
  How how = How::Cut;
  uint64_t at = 0;  // bytes of content
  friend bool operator==(const TruncateSpec&, const TruncateSpec&) = default;
};

/// withhold_continue: { for: 5s }: 100 Continue comes late, without `for` never. Reaches upstream:
/// the head. http only. Exact.
struct WithholdContinueSpec {
  static constexpr std::string_view kName = "withhold_continue";
  std::optional<Duration> hold;
  friend bool operator==(const WithholdContinueSpec&, const WithholdContinueSpec&) = default;
};

/// duplicate_request: { gap: 0s }: the upstream gets the request twice, the copy after the gap.
/// Reaches upstream: twice. http only. Exact.
struct DuplicateRequestSpec {
  static constexpr std::string_view kName = "duplicate_request";
  Duration gap{};
  friend bool operator==(const DuplicateRequestSpec&, const DuplicateRequestSpec&) = default;
};

/// stale_response: { max_body: 1MiB }: the last good answer to the same method and target again.
/// Reaches upstream: yes. http only. Exact.
struct StaleResponseSpec {
  static constexpr std::string_view kName = "stale_response";
  uint64_t body_max = 0;  // max_body: a longer body is neither kept nor replaced
  friend bool operator==(const StaleResponseSpec&, const StaleResponseSpec&) = default;
};

/// swap_responses: { wait: 100ms, allow_mixup: true, max_body: 1MiB }: two exchanges in flight get
/// each other's answer. Reaches upstream: yes. http only. Emulated.
struct SwapResponsesSpec {
  static constexpr std::string_view kName = "swap_responses";
  Duration wait{};
  uint64_t body_max = 0;  // max_body
  friend bool operator==(const SwapResponsesSpec&, const SwapResponsesSpec&) = default;
};

using FaultSpec = std::variant<LatencySpec, ThrottleSpec, SliceSpec, StallSpec, CutSpec,
                               HalfCloseSpec, LifetimeSpec, ConnectSpec, AbortSpec, DropSpec,
                               SchemaDriftSpec, EditSpec, TruncateSpec, WithholdContinueSpec,
                               DuplicateRequestSpec, StaleResponseSpec, SwapResponsesSpec>;

/// The key under `fault:`.
[[nodiscard]] std::string_view fault_name(const FaultSpec& fault) noexcept;

}  // namespace faultline::rules
