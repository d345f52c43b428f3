// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace faultline::rules {
namespace {

constexpr std::array<std::string_view, 5> kCountingKeys{"once", "nth", "first", "every", "burst"};
constexpr Range<uint64_t> kCountRange{1, UINT64_MAX};
constexpr Range<Duration> kRunRange{Duration{}, std::chrono::hours(24 * 30)};
constexpr Range<Duration> kWindowRange{Duration(1), std::chrono::hours(24 * 30)};

void load_chance(ObjectReader& rule, TriggerConfig& trigger) {
  const auto text = rule.text("chance");
  if (!text) return;
  const auto threshold = parse_probability(text->text);
  if (threshold) {
    trigger.chance_threshold = *threshold;
    trigger.chance_text = text->text;
    return;
  }
  auto& d = rule.context().error(
      "FL0106", *text, fmt::format("{} is not a probability", text->shown()), "not a probability");
  d.help = "write 20%, 0.5% or 0.05";
}

// At most one of the counting triggers: two would need an order.
void check_counting_keys(ObjectReader& rule) {
  std::string_view first;
  for (const auto key : kCountingKeys) {
    if (!rule.has(key)) continue;
    if (first.empty()) {
      first = key;
      continue;
    }
    auto& d = rule.context().error("FL0110", rule.key_span(key),
                                   fmt::format("'{}' and '{}' exclude each other", first, key),
                                   "a second counting trigger");
    d.secondary.push_back({rule.key_span(first), "the first"});
    d.notes.emplace_back("a rule has at most one of once, nth, first, every, burst");
  }
}

void load_window(ObjectReader& rule, TriggerConfig& trigger) {
  auto window = rule.object("window");
  if (!window) return;
  const auto start = window->duration("start", kRunRange);
  const auto length = window->duration("duration", kWindowRange);
  if (start && length) trigger.window.emplace(*start, *length);
}

void load_header_scope(ObjectReader& rule, ScopeConfig& scope) {
  auto reader = rule.object("scope");
  if (!reader) return;
  const auto header = reader->text("header");
  if (!header || !check_header_name(rule.context(), header->text, header->span)) return;
  scope.kind = ScopeKind::MessageKey;
  scope.is_default = false;
  scope.header = to_lower(header->text);
}

}  // namespace

void load_trigger(ObjectReader& rule, TriggerConfig& trigger) {
  load_chance(rule, trigger);
  check_counting_keys(rule);
  if (const auto once = rule.boolean("once"); once && *once) trigger.counting = First{1};
  if (rule.has("nth")) {
    auto positions = rule.integers("nth", kCountRange);
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    if (positions.empty() && rule.value("nth")->is_array() && rule.value("nth")->size() == 0) {
      auto& d = rule.context().error("FL0119", rule.value_span("nth"), "'nth' names no match",
                                     "an empty list");
      d.help = "write nth: [1, 2]";
    }
    trigger.counting = Nth{std::move(positions)};
  }
  if (const auto count = rule.integer("first", kCountRange)) trigger.counting = First{*count};
  if (const auto period = rule.integer("every", kCountRange)) trigger.counting = Every{*period};
  if (auto burst = rule.object("burst")) {
    Burst spec;
    spec.period = burst->integer("period", kCountRange).value_or(1);
    spec.length = burst->integer("length", kCountRange).value_or(1);
    if (spec.length > spec.period && !rule.context().has_errors()) {
      auto& d = rule.context().error("FL0107", burst->value_span("length"),
                                     "'length' must not be above 'period'", "is always");
      d.secondary.push_back({burst->value_span("period"), "the period"});
    }
    trigger.counting = spec;
  }
  load_window(rule, trigger);
}

void load_scope(ObjectReader& rule, ScopeConfig& scope) {
  const auto value = rule.value("scope");
  if (!value) return;
  if (value->is_object()) return load_header_scope(rule, scope);
  if (!value->is_string()) return rule.wrong_type("scope", *value);
  constexpr std::array kKinds{ScopeKind::Run, ScopeKind::Connection, ScopeKind::Route,
                              ScopeKind::Client};
  const auto kind = rule.choice("scope");
  if (!kind) return;
  scope.kind = kKinds[*kind];
  scope.is_default = false;
}

void load_expect(ObjectReader& rule, std::optional<ExpectConfig>& expect) {
  auto reader = rule.object("expect");
  const auto text = reader ? reader->text("fired") : std::nullopt;
  if (!text) return;
  using Comparison = ExpectConfig::Comparison;
  constexpr std::array<std::pair<std::string_view, Comparison>, 3> kSigns{
      {{">=", Comparison::AtLeast}, {"<=", Comparison::AtMost}, {"==", Comparison::Exactly}}};
  const auto trimmed = trim(text->text);
  for (const auto& [sign, comparison] : kSigns) {
    if (trimmed.substr(0, 2) != sign) continue;
    const auto count = parse_u64(trim(trimmed.substr(2)));
    if (!count) break;
    expect = ExpectConfig{comparison, *count, fmt::format("{} {}", sign, *count)};
    return;
  }
  auto& d = rule.context().error(
      "FL0106", *text, fmt::format("{} is not a comparison", text->shown()), "not a comparison");
  d.help = "write \">= 1\", \"<= 3\" or \"== 2\"";
}

void load_budget(ObjectReader& rule, BudgetConfig& budget) {
  auto reader = rule.object("budget");
  if (!reader) return;
  budget.total = reader->integer("total", kCountRange);
  budget.concurrent = reader->integer("concurrent", kCountRange);
}

}  // namespace faultline::rules
