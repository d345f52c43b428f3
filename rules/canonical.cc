// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical.h"

#include "proxy/base/hash.h"
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "proxy/yaml/scalar.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline::rules {
namespace {

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  std::string result;
  while (true) {
    const size_t at = from.empty() ? std::string_view::npos : text.find(from);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += to;
    text.remove_prefix(at + from.size());
  }
}

// Quotes unless every YAML reader takes the plain text for a text.
std::string quoted(std::string_view text) {
  const auto is_plain = [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
  };
  const bool starts_plain = !text.empty() && (is_ascii_alpha(text[0]) || text[0] == '/' ||
                                              (text.size() > 1 && text.substr(0, 2) == "./"));
  const bool is_text = yaml::resolve_plain(text).kind == yaml::CoreScalar::Kind::Text;
  const auto lower = to_lower(text);
  const bool is_old_bool = lower == "on" || lower == "off" || lower == "yes" || lower == "no" ||
                           lower == "y" || lower == "n";
  const bool plain =
      starts_plain && is_text && !is_old_bool && std::all_of(text.begin(), text.end(), is_plain);
  return plain ? std::string(text) : json_quote(text);
}

// Block-style YAML, two spaces a level.
class Writer {
 public:
  Writer(const Config& config, CanonicalUse use) : config_(config), use_(use) {}

  void raw(std::string_view key, std::string_view value) {
    line(fmt::format("{}: {}", quoted(key), value));
  }
  void text(std::string_view key, std::string_view value) { raw(key, scalar(value)); }
  void number(std::string_view key, uint64_t value) { raw(key, fmt::format("{}", value)); }
  void duration(std::string_view key, Duration value) { raw(key, format_duration(value)); }
  void size(std::string_view key, uint64_t value) { raw(key, format_byte_size(value)); }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    std::string list;
    for (const auto& value : values) list += (list.empty() ? "" : ", ") + scalar(value);
    raw(key, fmt::format("[{}]", list));
  }

  void open(std::string_view key) {
    line(fmt::format("{}:", key));
    ++depth_;
  }
  void close() { --depth_; }
  // The next line begins an element of the list whose key is open.
  void item() { is_item_ = true; }
  void close_item() { --depth_; }

  [[nodiscard]] bool is_artifact() const { return use_ == CanonicalUse::Artifact; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void line(const std::string& content) {
    out_.append(depth_ * 2, ' ');
    if (is_item_) {
      out_ += "- ";
      ++depth_;
      is_item_ = false;
    }
    out_ += content;
    out_ += '\n';
  }

  [[nodiscard]] std::string scalar(std::string_view value) const {
    auto escaped = replace_all(value, "${", "$${");
    if (is_artifact()) {
      for (const auto& [name, secret] : config_.secrets) {
        escaped =
            replace_all(escaped, replace_all(secret, "${", "$${"), fmt::format("${{{}}}", name));
      }
    }
    return quoted(escaped);
  }

  const Config& config_;
  CanonicalUse use_;
  std::string out_;
  size_t depth_ = 0;
  bool is_item_ = false;
};

std::string_view side_name(Side side) { return side == Side::Request ? "request" : "response"; }

void write_listener(Writer& out, const ListenerConfig& listener) {
  out.item();
  out.text("name", listener.name);
  out.text("listen", format_host_port(listener.listen));
  out.raw("protocol", listener.protocol == Protocol::Http ? "http" : "tcp");
  out.text("upstream", fmt::format("{}://{}", listener.upstream.scheme,
                                   format_host_port(listener.upstream.address)));
  if (listener.protocol == Protocol::Http) {
    out.raw("mode", listener.mode == ListenerMode::Transparent ? "transparent" : "gateway");
  }
  constexpr std::string_view kUnderscores[] = {"keep", "strip", "reject"};
  if (listener.protocol == Protocol::Http) {
    out.raw("underscores", kUnderscores[static_cast<size_t>(listener.underscores)]);
  }
  out.open("limits");
  out.raw("connections", std::to_string(listener.limits.connections));
  out.raw("pending", std::to_string(listener.limits.pending));
  out.close();
  std::vector<std::string> networks;
  for (const auto& network : listener.proxy_protocol_from) networks.push_back(network.text());
  if (!networks.empty()) out.texts("proxy_protocol_from", networks);
  std::vector<std::string> targets;
  for (const auto& target : listener.connect_to) targets.push_back(format_host_port(target));
  if (!targets.empty()) out.texts("connect_to", targets);
  std::vector<std::string> contracts;
  for (const auto& contract : listener.contracts) contracts.push_back(contract.path);
  out.texts("contracts", contracts);
  out.open("timeouts");
  out.duration("connect", listener.timeouts.connect);
  out.duration("head", listener.timeouts.head);
  out.duration("idle", listener.timeouts.idle);
  out.duration("keep_alive", listener.timeouts.keep_alive);
  out.close();
  out.close_item();
}

void write_text_matches(Writer& out, std::string_view key, const std::vector<TextMatch>& matches) {
  if (matches.empty()) return;
  out.open(key);
  for (const auto& match : matches) out.text(match.name, match.value.value_or("*"));
  out.close();
}

void write_match(Writer& out, const MatchConfig& match) {
  const bool is_empty = match.listeners.empty() && !match.direction && match.methods.empty() &&
                        !match.path && match.headers.empty() && match.query.empty() &&
                        match.statuses.empty() && !match.content_type;
  if (is_empty) return;
  out.open("match");
  if (!match.listeners.empty()) out.texts("listener", match.listeners);
  if (match.direction) out.raw("direction", side_name(*match.direction));
  if (!match.methods.empty()) out.texts("method", match.methods);
  if (match.path) out.text("path", match.path->text);
  write_text_matches(out, "headers", match.headers);
  write_text_matches(out, "query", match.query);
  std::vector<std::string> statuses;
  for (const auto& range : match.statuses) {
    statuses.push_back(fmt::format("{}-{}", range.low, range.high));
  }
  if (!statuses.empty()) out.texts("status", statuses);
  if (match.content_type) out.text("content_type", *match.content_type);
  out.close();
}

void write_latency(Writer& out, const LatencySpec& spec) {
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
  out.raw("side", side_name(spec.side));
  out.duration("max", spec.max);
}

void write_throttle(Writer& out, const ThrottleSpec& spec) {
  constexpr std::array<std::string_view, 3> kPer{"exchange", "connection", "listener"};
  out.raw("rate", format_byte_size(spec.bytes_per_second) + "/s");
  out.raw("per", kPer[static_cast<size_t>(spec.per)]);
  out.raw("side", side_name(spec.side));
}

void write_abort(Writer& out, const AbortSpec& spec) {
  out.number("status", static_cast<uint64_t>(spec.status));
  if (!spec.headers.empty()) {
    out.open("headers");
    for (const auto& [name, value] : spec.headers) out.text(name, value);
    out.close();
  }
  out.text("body", spec.body);
  out.raw("effect", spec.after ? "after" : "before");
}

void write_drop(Writer& out, const DropSpec& spec) {
  constexpr std::array<std::string_view, 4> kHow{"close", "reset", "black_hole", "lose_response"};
  out.raw("how", kHow[static_cast<size_t>(spec.how)]);
  if (spec.how == DropSpec::How::BlackHole) out.duration("for", spec.hold);
}

void write_schema_drift(Writer& out, const SchemaDriftSpec& spec) {
  constexpr std::array<std::string_view, 6> kMutations{"remove",   "rename", "retype",
                                                       "\"null\"", "extra",  "enum"};
  out.raw("mutate", kMutations[static_cast<size_t>(spec.mutate)]);
  if (spec.any) {
    out.raw("any", "true");
  } else {
    out.text("pointer", spec.pointer);
  }
  out.raw("side", side_name(spec.side));
  out.size("max_body", spec.body_max);
}

void write_fault(Writer& out, const FaultSpec& fault) {
  out.open("fault");
  out.open(fault_name(fault));
  if (const auto* spec = std::get_if<LatencySpec>(&fault)) write_latency(out, *spec);
  if (const auto* spec = std::get_if<ThrottleSpec>(&fault)) write_throttle(out, *spec);
  if (const auto* spec = std::get_if<AbortSpec>(&fault)) write_abort(out, *spec);
  if (const auto* spec = std::get_if<DropSpec>(&fault)) write_drop(out, *spec);
  if (const auto* spec = std::get_if<SchemaDriftSpec>(&fault)) write_schema_drift(out, *spec);
  out.close();
  out.close();
}

void write_trigger(Writer& out, const TriggerConfig& trigger) {
  out.raw("chance", json_quote(trigger.chance_text));
  if (const auto* nth = std::get_if<Nth>(&trigger.counting)) {
    std::string list;
    for (const uint64_t position : nth->positions) {
      list += fmt::format("{}{}", list.empty() ? "" : ", ", position);
    }
    out.raw("nth", fmt::format("[{}]", list));
  }
  if (const auto* first = std::get_if<First>(&trigger.counting)) {
    out.number("first", first->count);
  }
  if (const auto* every = std::get_if<Every>(&trigger.counting)) {
    out.number("every", every->period);
  }
  if (!trigger.window) return;
  out.open("window");
  out.duration("start", trigger.window->first);
  out.duration("duration", trigger.window->second);
  out.close();
}

void write_scope(Writer& out, const ScopeConfig& scope) {
  if (scope.is_default) return;
  switch (scope.kind) {
    case ScopeKind::Run:
      return out.raw("scope", "run");
    case ScopeKind::Connection:
      return out.raw("scope", "connection");
    case ScopeKind::Route:
      return out.raw("scope", "route");
    case ScopeKind::Client:
      return out.raw("scope", "client");
    case ScopeKind::MessageKey:
      break;
  }
  out.open("scope");
  out.text("header", scope.header);
  out.close();
}

void write_rule(Writer& out, const RuleConfig& rule) {
  out.item();
  out.text("name", rule.name);
  write_match(out, rule.match);
  write_fault(out, rule.fault);
  write_trigger(out, rule.trigger);
  if (rule.budget.total || rule.budget.concurrent) {
    out.open("budget");
    if (rule.budget.total) out.number("total", *rule.budget.total);
    if (rule.budget.concurrent) out.number("concurrent", *rule.budget.concurrent);
    out.close();
  }
  write_scope(out, rule.scope);
  if (rule.expect) {
    out.open("expect");
    out.text("fired", rule.expect->text);
    out.close();
  }
  out.close_item();
}

void write_phases(Writer& out, const std::vector<PhaseConfig>& phases) {
  if (phases.empty()) return;
  out.open("scenario");
  out.open("phases");
  for (const auto& phase : phases) {
    out.item();
    out.text("name", phase.name);
    out.duration("for", phase.length);
    out.texts("rules", phase.rules);
    out.close_item();
  }
  out.close();
  out.close();
}

void write_run_and_gate(Writer& out, const Config& config) {
  out.open("run");
  out.text("name", config.run.name);
  if (config.run.has_seed) out.number("seed", config.run.seed);
  out.text("artifacts", config.run.artifacts);
  out.close();
  out.open("gate");
  out.text("flag", config.gate.flag);
  out.texts("environments", config.gate.environments);
  out.close();
  out.number("workers", config.workers);
}

void write_analysis(Writer& out, const Config& config) {
  constexpr std::array<std::string_view, 4> kFailOn{"error", "warning", "note", "none"};
  out.open("mirror");
  const std::string_view mode = config.mirror.mode == MirrorMode::Lossy ? "lossy" : "lossless";
  out.raw("mode", config.mirror.enabled ? mode : "\"off\"");
  out.size("capture", config.mirror.capture_bytes);
  out.close();
  out.open("redaction");
  out.texts("packs", config.redaction.packs);
  if (!out.is_artifact()) out.texts("canaries", config.redaction.canaries);
  if (!config.redaction.operators.empty()) out.open("operators");
  for (const auto& row : config.redaction.operators) {
    out.item();
    out.text(row.selector, row.name);
    out.text("use", row.use);
    out.close_item();
  }
  if (!config.redaction.operators.empty()) out.close();
  out.close();
  out.open("report");
  out.texts("formats", config.report.formats);
  out.raw("fail_on", kFailOn[static_cast<size_t>(config.report.fail_on)]);
  out.close();
  if (config.access_log) out.raw("access_log", "true");
}

void write_control(Writer& out, const ControlConfig& control) {
  if (!control.listen) return;
  out.open("control");
  out.text("listen", format_host_port(*control.listen));
  out.raw("allow_remote", control.allow_remote ? "true" : "false");
  out.duration("drain_grace", control.drain_grace);
  out.close();
}

}  // namespace

std::string canonical_yaml(const Config& config, CanonicalUse use) {
  Writer out(config, use);
  out.number("version", 1);
  write_run_and_gate(out, config);
  out.open("listeners");
  for (const auto& listener : config.listeners) write_listener(out, listener);
  out.close();
  if (!config.rules.empty()) {
    out.open("rules");
    for (const auto& rule : config.rules) write_rule(out, rule);
    out.close();
  }
  write_phases(out, config.phases);
  write_analysis(out, config);
  if (config.overload.memory) {
    out.open("overload");
    out.size("memory", *config.overload.memory);
    out.close();
  }
  write_control(out, config.control);
  return out.take();
}

std::string config_hash(const Config& config) {
  Config copy = config;
  copy.run.artifacts.clear();
  std::string text = canonical_yaml(copy);
  for (const auto& rule : config.rules) {
    const auto* latency = std::get_if<LatencySpec>(&rule.fault);
    if (latency == nullptr) continue;
    for (const int64_t knot : latency->quantiles) text += fmt::format("{},", knot);
  }
  return hex64(hash64(text));
}

}  // namespace faultline::rules
