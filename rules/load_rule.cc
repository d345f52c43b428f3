// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace faultline::rules {
namespace {

RulePlaces places_of(ObjectReader& reader, std::optional<ObjectReader>& match) {
  RulePlaces places;
  places.whole = reader.span();
  places.fault = reader.key_span("fault");
  if (match) {
    places.direction = match->value_span("direction");
    places.status = match->value_span("status");
    places.listener = match->value_span("listener");
  }
  places.trigger = places.whole;
  for (const std::string_view key : {"once", "nth", "first", "every", "burst"}) {
    if (reader.has(key)) places.trigger = reader.key_span(key);
  }
  return places;
}

void load_apply(ObjectReader& reader, RuleConfig& rule) {
  if (const auto apply = reader.choice("apply")) rule.apply = static_cast<Apply>(*apply);
  const auto on_disarm = reader.choice("on_disarm");
  if (!on_disarm) return;
  rule.on_disarm = static_cast<OnDisarm>(*on_disarm);
  if (rule.apply == Apply::Live) return;
  auto& d = reader.context().error("FL0110", reader.key_span("on_disarm"),
                                   "'on_disarm' belongs to 'apply: live'",
                                   "only a live rule is disarmed under way");
  if (reader.has("apply")) d.secondary.push_back({reader.value_span("apply"), "not live"});
}

RuleConfig load_rule(ObjectReader& reader, const Config& config) {
  RuleConfig rule;
  rule.span = reader.span();
  auto match = reader.object("match");
  if (match) rule.match = load_match(*match, config);
  load_trigger(reader, rule.trigger);
  load_budget(reader, rule.budget);
  load_scope(reader, rule.scope);
  load_expect(reader, rule.expect);
  load_apply(reader, rule);
  auto fault = reader.object("fault");
  if (!fault && reader.has("fault")) reader.wrong_type("fault", *reader.value("fault"));
  auto loaded = fault && fault->is_object() ? load_fault(*fault) : std::nullopt;
  if (loaded) {
    check_rule(reader.context(), config, places_of(reader, match), std::move(*loaded), rule);
  }
  return rule;
}

}  // namespace

void load_rules(ObjectReader& root, Config& config) {
  auto& context = root.context();
  const auto values = root.objects("rules");
  if (values.size() > limits::kRules) {
    context.error("FL0107", root.key_span("rules"),
                  fmt::format("{} rules, more than {}", values.size(), limits::kRules),
                  "too many rules");
    return;
  }
  NameRegister names("rule");
  for (const auto value : values) {
    ObjectReader reader(context, value, "rule");
    auto name = reader.name("name");
    auto rule = load_rule(reader, config);
    if (name) {
      rule.name = std::move(*name);
      names.add(context, rule.name, reader.value_span("name"));
      rule.span = reader.value_span("name");
    }
    config.rules.push_back(std::move(rule));
  }
}

}  // namespace faultline::rules
