// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical.h"

#include "proxy/base/hash.h"
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "rules/canonical_writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline::rules {
namespace {

using Writer = CanonicalWriter;

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
  if (listener.min_rate.is_set()) {
    const auto& floor = listener.min_rate;
    out.open("min_rate");
    if (floor.request != 0) out.raw("request", format_byte_size(floor.request) + "/s");
    if (floor.response != 0) out.raw("response", format_byte_size(floor.response) + "/s");
    out.duration("over", floor.over);
    out.close();
  }
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
  if (match.direction) out.raw("direction", side_word(*match.direction));
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
  if (const auto* burst = std::get_if<Burst>(&trigger.counting)) {
    out.open("burst");
    out.number("length", burst->length);
    out.number("period", burst->period);
    out.close();
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
  if (rule.apply == Apply::Live) {
    out.raw("apply", "live");
    out.raw("on_disarm", rule.on_disarm == OnDisarm::Flush ? "flush" : "keep");
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
  out.text("artifacts", out.is_identity() ? "" : config.run.artifacts);
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
  if (!out.is_artifact()) {
    out.texts("canaries", config.redaction.canaries);
    out.texts("known", config.redaction.known);
    out.texts("dictionary", config.redaction.dictionary);
  }
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
  if (config.traces) out.raw("traces", "true");
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
  out.open("limits");
  out.raw("connections", std::to_string(config.limits.connections));
  out.close();
  if (config.overload.memory) {
    out.open("overload");
    out.size("memory", *config.overload.memory);
    out.close();
  }
  write_control(out, config.control);
  return out.take();
}

std::string config_hash(const Config& config) {
  std::string text = canonical_yaml(config, CanonicalUse::Identity);
  for (const auto& rule : config.rules) {
    const auto* latency = std::get_if<LatencySpec>(&rule.fault);
    if (latency == nullptr) continue;
    for (const int64_t knot : latency->quantiles) text += fmt::format("{},", knot);
  }
  return hex64(hash64(text));
}

}  // namespace faultline::rules
