// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_parts.h"
#include "rules/matcher.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

std::string_view side_name(Side side) { return side == Side::Request ? "request" : "response"; }

// The listeners that a rule names, or all.
std::vector<const ListenerConfig*> targets_of(const RuleConfig& rule, const Config& config) {
  std::vector<const ListenerConfig*> targets;
  for (const auto& listener : config.listeners) {
    const auto& names = rule.match.listeners;
    if (names.empty() || std::find(names.begin(), names.end(), listener.name) != names.end()) {
      targets.push_back(&listener);
    }
  }
  return targets;
}

bool all_speak_tcp(const std::vector<const ListenerConfig*>& targets) {
  return !targets.empty() && std::all_of(targets.begin(), targets.end(), [](const auto* listener) {
    return listener->protocol == Protocol::Tcp;
  });
}

void check_sides(LoadContext& context, const RulePlaces& places, const LoadedFault& loaded,
                 const RuleConfig& rule) {
  const Side side = acting_side(rule.fault);
  const auto fault = fault_name(rule.fault);
  if (rule.match.direction && *rule.match.direction != side) {
    auto& d = context.error("FL0117", places.direction,
                            fmt::format("'direction' is {}, but {} acts on the {}",
                                        side_name(*rule.match.direction), fault, side_name(side)),
                            "never together");
    d.secondary.push_back({loaded.side_span, fmt::format("acts on the {}", side_name(side))});
    return;
  }
  if (rule.match.statuses.empty() || side == Side::Response) return;
  auto& d =
      context.error("FL0117", places.status,
                    fmt::format("'status' needs the response, but {} acts on the request", fault),
                    "not known yet");
  d.secondary.push_back({loaded.side_span, "acts on the request"});
  if (std::holds_alternative<DropSpec>(rule.fault)) d.help = "write how: lose_response";
  if (std::holds_alternative<AbortSpec>(rule.fault)) d.help = "write effect: after";
  if (d.help.empty()) d.help = "write side: response";
}

// What of the rule only HTTP has, for the message.
std::string http_part(const RuleConfig& rule) {
  const auto& match = rule.match;
  if (!match.methods.empty()) return "'method'";
  if (match.path) return "'path'";
  if (!match.headers.empty()) return "'headers'";
  if (!match.query.empty()) return "'query'";
  if (!match.statuses.empty()) return "'status'";
  if (match.content_type) return "'content_type'";
  if (rule.scope.kind == ScopeKind::MessageKey) return "scope by header";
  if (rule.scope.kind == ScopeKind::Route && !rule.scope.is_default) return "scope 'route'";
  const bool is_drop = std::holds_alternative<DropSpec>(rule.fault);
  return is_drop ? "drop 'lose_response'" : fmt::format("'{}'", fault_name(rule.fault));
}

// What a rule asks for that its listeners do not speak.
struct Demand {
  Protocol protocol = Protocol::Http;
  std::string part;  // of the rule, for the message
};

std::optional<Demand> demand_of(const RuleConfig& rule) {
  if (needs_http(rule)) return Demand{Protocol::Http, http_part(rule)};
  if (needs_tcp(rule.fault)) {
    return Demand{Protocol::Tcp, fmt::format("'{}'", fault_name(rule.fault))};
  }
  return std::nullopt;
}

void check_protocols(LoadContext& context, const Config& config, const RulePlaces& places,
                     const RuleConfig& rule) {
  const auto demand = demand_of(rule);
  if (!demand) return;
  const bool wants_http = demand->protocol == Protocol::Http;
  const std::string_view wanted = wants_http ? "HTTP" : "tcp";
  const std::string_view other = wants_http ? "tcp" : "http";
  const auto targets = targets_of(rule, config);
  const bool can_never =
      !targets.empty() &&
      std::none_of(targets.begin(), targets.end(), [&demand](const auto* listener) {
        return listener->protocol == demand->protocol;
      });
  if (rule.match.listeners.empty()) {
    if (can_never) {
      context.error(
          "FL0116", places.fault,
          fmt::format("{} needs {}, but every listener speaks {}", demand->part, wanted, other),
          "can never apply");
    }
    return;
  }
  for (const auto* listener : targets) {
    if (listener->protocol == demand->protocol) continue;
    auto& d = context.error("FL0116", places.listener,
                            fmt::format("{} needs {}, but listener '{}' speaks {}", demand->part,
                                        wanted, listener->name, other),
                            "can never apply");
    d.help =
        fmt::format("name {} listener, or give '{}' protocol: {}", wants_http ? "an http" : "a tcp",
                    listener->name, wants_http ? "http" : "tcp");
  }
}

// By default a TCP rule counts per connection, and each connection is one match.
void warn_counting_per_connection(LoadContext& context, const Config& config,
                                  const RulePlaces& places, const RuleConfig& rule) {
  const bool counts = !std::holds_alternative<Always>(rule.trigger.counting);
  if (!counts || rule.scope.kind != ScopeKind::Connection) return;
  const auto targets = targets_of(rule, config);
  if (!all_speak_tcp(targets)) return;
  auto& d = context.warning("FL0121", places.trigger,
                            "each tcp connection is counted by itself and is one match",
                            "sees only match 1");
  d.help = "add scope: run to count connections";
}

}  // namespace

void check_rule(LoadContext& context, const Config& config, const RulePlaces& places,
                LoadedFault loaded, RuleConfig& rule) {
  rule.fault = std::move(loaded.fault);
  if (!loaded.side_is_given) {
    if (rule.match.direction) {
      set_side(rule.fault, *rule.match.direction);
    } else if (!rule.match.statuses.empty()) {
      set_side(rule.fault, Side::Response);
    }
  }
  if (rule.scope.is_default) {
    const bool is_tcp = all_speak_tcp(targets_of(rule, config));
    rule.scope.kind = is_tcp ? ScopeKind::Connection : ScopeKind::Route;
  }
  check_sides(context, places, loaded, rule);
  check_protocols(context, config, places, rule);
  warn_counting_per_connection(context, config, places, rule);
}

}  // namespace faultline::rules
