// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/ip_address.h"
#include "proxy/base/limits.h"
#include "proxy/base/uri.h"
#include "rules/fault_specs.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The typed configuration: values only, checked and complete (defaults filled in). Made by
/// config_loader.h; immutable afterwards. Every field names its key in the file.
namespace faultline::rules {

struct RunConfig {           // run:
  std::string name = "run";  // [A-Za-z0-9._-]{1,64}: it is part of a folder name
  uint64_t seed = 0;
  bool has_seed = false;  // false: the seed was not given; the caller draws one and says so
  std::string artifacts = "./runs";
};

struct GateConfig {  // gate:
  std::string flag = "ATSH_ENABLED";
  std::vector<std::string> environments{"preview", "local", "ci"};
};

struct ContractRef {          // listeners[].contracts[]
  std::string path;           // as written
  std::string resolved_path;  // relative to the configuration file
  SourceSpan span;            // of the path in the configuration
};

struct TimeoutConfig {  // listeners[].timeouts: (defaults of limits.h)
  Duration connect{};
  Duration head{};
  Duration idle{};
  Duration keep_alive{};
};

/// How heads are passed on: as they came, or as a gateway does it (RFC 9110 7.6).
enum class ListenerMode : uint8_t { Transparent, Gateway };

/// What becomes of field names with '_', which some recipients take for '-'. Those that would then
/// be a framing field are refused in any case.
enum class Underscores : uint8_t { Keep, Strip, Reject };

struct LimitConfig {  // listeners[].limits: what is over is refused and counted
  uint64_t connections = limits::kConnectionsPerListener;
  uint64_t pending = limits::kPendingConnects;  // connects to the upstream at once
};

struct TotalLimitConfig {  // limits: of all listeners together
  uint64_t connections = limits::kConnectionsTotal;
};

struct MinRateConfig {  // listeners[].min_rate: bytes per second that a client must keep; 0: any
  uint64_t request = 0;
  uint64_t response = 0;
  Duration over = std::chrono::seconds(10);  // how far behind, in time at that rate, it may fall

  [[nodiscard]] bool is_set() const noexcept { return request != 0 || response != 0; }
};

struct ListenerConfig {  // listeners[]
  std::string name;
  HostPort listen;
  Protocol protocol = Protocol::Http;
  UpstreamUri upstream;
  ListenerMode mode = ListenerMode::Transparent;
  Underscores underscores = Underscores::Keep;
  LimitConfig limits;
  MinRateConfig min_rate;
  std::vector<IpNetwork> proxy_protocol_from;  // whose connections begin with a PROXY header
  std::vector<HostPort> connect_to;            // what CONNECT may reach; empty: CONNECT is refused
  std::vector<ContractRef> contracts;
  TimeoutConfig timeouts;
  SourceSpan listen_span;
};

/// One segment of a path template: a literal, or a parameter that matches one non-empty segment.
struct PathSegment {
  bool is_parameter = false;
  std::string text;  // literal text, or the parameter's name
};
struct PathTemplate {
  std::string text;  // canonical: parameters as :name
  std::vector<PathSegment> segments;
};

struct TextMatch {   // match.headers.<name>, match.query.<name>: a text, or `*` = present
  std::string name;  // header names lower-case
  std::optional<std::string> value;
};

struct StatusRange {  // match.status: 404, 5xx, 500-599
  int low = 100;
  int high = 599;
};

struct MatchConfig {                   // match:
  std::vector<std::string> listeners;  // listener: name or list; empty = all
  std::optional<Side> direction;       // request | response
  std::vector<std::string> methods;    // method: name or list, upper case; empty = all
  std::optional<PathTemplate> path;
  std::vector<TextMatch> headers;  // of the request
  std::vector<TextMatch> query;
  std::vector<StatusRange> statuses;        // needs the response: the rule acts on it
  std::optional<std::string> content_type;  // media type of the half the fault acts on; `x/*` ok
};

struct Always {};
struct Nth {
  std::vector<uint64_t> positions;
};  // 1-based, ascending
struct First {
  uint64_t count = 1;
};
struct Every {
  uint64_t period = 1;
};

/// burst: { length, period }: the first `length` of every `period` matches.
struct Burst {
  uint64_t length = 1;
  uint64_t period = 1;
};

/// trigger keys on the rule: `chance`, `once`, `nth`, `first`, `every`, `burst`, `window`. At most
/// one of once/nth/first/every/burst; chance and window combine with any. Order: window, counting,
/// chance.
struct TriggerConfig {
  std::variant<Always, Nth, First, Every, Burst> counting;  // `once: true` is First{1}
  uint64_t chance_threshold = uint64_t{1} << 32U;  // T of the decision function; 2^32 = always
  std::string chance_text = "100%";
  std::optional<std::pair<Duration, Duration>> window;  // {start, duration} since the run began
};

struct BudgetConfig {  // budget: { total, concurrent }
  std::optional<uint64_t> total;
  std::optional<uint64_t> concurrent;
};

enum class ScopeKind : uint8_t { Run = 0, Connection = 1, Route = 2, MessageKey = 3, Client = 5 };
struct ScopeConfig {                  // scope: run | connection | route | client | { header: NAME }
  ScopeKind kind = ScopeKind::Route;  // default: route for http, connection for tcp listeners
  bool is_default = true;
  std::string header;  // MessageKey: the request header whose value is the key
};

/// expect: { fired: ">= 1" }
struct ExpectConfig {
  enum class Comparison : uint8_t { AtLeast, AtMost, Exactly };
  Comparison comparison = Comparison::AtLeast;
  uint64_t count = 1;
  std::string text;
};

/// apply: new | live. new: what begins after a reload or a phase change follows it. live: open
/// connections as well, within one turn of their worker's loop.
enum class Apply : uint8_t { New, Live };
/// on_disarm: keep | flush. What becomes of bytes that a live rule holds when it is disarmed: they
/// keep their time and pace, or leave at once.
enum class OnDisarm : uint8_t { Keep, Flush };

struct RuleConfig {  // rules[]
  std::string name;  // [A-Za-z0-9._/-]{1,128}
  MatchConfig match;
  FaultSpec fault;
  TriggerConfig trigger;
  BudgetConfig budget;
  ScopeConfig scope;
  std::optional<ExpectConfig> expect;
  Apply apply = Apply::New;
  OnDisarm on_disarm = OnDisarm::Keep;
  SourceSpan span;
};

struct PhaseConfig {  // scenario.phases[]
  std::string name;
  Duration length{};  // for:
  std::vector<std::string> rules;
};

enum class MirrorMode : uint8_t { Lossless, Lossy };
struct MirrorConfig {   // mirror: { mode, capture: 1MiB }
  bool enabled = true;  // mode: off
  MirrorMode mode = MirrorMode::Lossless;
  uint64_t capture_bytes = 0;
};

struct OperatorConfig {  // redaction.operators[]: { class: email, use: hmac }
  std::string selector;  // class, path, header or annotation
  std::string name;      // a class is checked by the room that knows them
  std::string use;
  SourceSpan span;  // of the name
  friend bool operator==(const OperatorConfig& a, const OperatorConfig& b) {
    return a.selector == b.selector && a.name == b.name && a.use == b.use;
  }
};

struct RedactionConfig {  // redaction: { packs: [default], canaries: [..], operators: [..] }
  std::vector<std::string> packs{"default"};
  std::vector<OperatorConfig> operators;  // the first that binds counts
  std::vector<std::string> canaries;      // texts planted in traffic that no artefact may hold
  std::vector<std::string> known;         // values to be replaced wherever they stand
  std::vector<std::string> dictionary;    // words to be replaced, in any case
};

enum class FailOn : uint8_t { Error, Warning, Note, None };
struct ReportConfig {  // report: { formats, fail_on }
  std::vector<std::string> formats{"json", "markdown", "junit"};
  FailOn fail_on = FailOn::Error;
};

/// control: { listen: 127.0.0.1:0, allow_remote, drain_grace }. The port for probes and metrics.
struct ControlConfig {
  std::optional<HostPort> listen;  // nothing: off
  bool allow_remote = false;       // `listen` may be reached from other machines
  Duration drain_grace{};          // between a failing /readyz and closed listeners
  friend bool operator==(const ControlConfig&, const ControlConfig&) = default;
};

struct OverloadConfig {            // overload:
  std::optional<uint64_t> memory;  // resident bytes that must not be reached; nothing: off
  friend bool operator==(const OverloadConfig&, const OverloadConfig&) = default;
};

struct Config {
  OverloadConfig overload;
  TotalLimitConfig limits;
  RunConfig run;
  GateConfig gate;
  std::vector<ListenerConfig> listeners;
  std::vector<RuleConfig> rules;
  std::vector<PhaseConfig> phases;  // empty: all rules are armed all the time
  MirrorConfig mirror;
  RedactionConfig redaction;
  ReportConfig report;
  ControlConfig control;
  bool access_log = false;  // access_log: one redacted line per mirrored exchange
  bool traces = false;      // traces: the spans of each mirrored exchange
  uint32_t workers = 0;     // workers: N; 0 = max(1, cores - 1)
  std::string source_name;  // file it came from, for messages
  std::string hash;         // xxh3 of the canonical form (16 hex digits)
  /// (name, value) of the environment variables that were put in and look secret: artefacts show
  /// the name instead.
  std::vector<std::pair<std::string, std::string>> secrets;
};

}  // namespace faultline::rules
