// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/policy/operators.h"

#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr std::array<std::string_view, kOperators> kNames{
    "shape", "tag", "mask", "hmac", "drop", "null", "truncate", "date_shift", "keep"};

std::optional<ClassId> class_by_id(std::string_view id) {
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (kClasses[i].id == id) return static_cast<ClassId>(i);
  }
  return std::nullopt;
}

bool shows_a_part(Operator op) { return op == Operator::Mask || op == Operator::Truncate; }

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message), ErrorSource::Input);
}

Status check_class(const OperatorRule& rule) {
  const auto id = class_by_id(rule.name);
  if (!id) {
    std::vector<std::string_view> known;
    for (const auto& info : kClasses) known.push_back(info.id);
    const auto near = did_you_mean(rule.name, known);
    return refuse("unknown redaction class '" + rule.name + "'" +
                  (near ? " (did you mean '" + std::string(*near) + "'?)" : ""));
  }
  if (is_secret_class(*id) && shows_a_part(rule.op)) {
    return refuse("'" + std::string(operator_name(rule.op)) + "' would show a part of a secret (" +
                  rule.name + ")");
  }
  return {};
}

}  // namespace

std::string_view operator_name(Operator op) noexcept { return kNames[static_cast<size_t>(op)]; }

std::optional<Operator> operator_by_name(std::string_view name) noexcept {
  const auto* const at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return std::nullopt;
  return static_cast<Operator>(at - kNames.begin());
}

bool is_secret_class(ClassId id) noexcept { return class_info(id).domain == "secret"; }

bool path_matches(const std::vector<std::string>& names, const NamePath& path) noexcept {
  if (path.size() < names.size()) return false;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != "*" && names[i] != path[i]) return false;
  }
  return true;
}

Result<OperatorTable> OperatorTable::create(std::vector<OperatorRule> rules) {
  OperatorTable table;
  for (size_t row = 0; row < rules.size(); ++row) {
    const OperatorRule& rule = rules[row];
    table.used_ |= 1U << static_cast<unsigned>(rule.op);
    switch (rule.selector) {
      case OperatorRule::Selector::Class:
        FL_CHECK_OK(check_class(rule));
        break;
      case OperatorRule::Selector::Path: {
        FL_TRY(auto names, json::parse_pointer(rule.name));
        table.paths_.push_back({std::move(names), row});
        break;
      }
      case OperatorRule::Selector::Field:
        if (rule.name.empty()) return refuse("the name of a field is empty");
        break;
      case OperatorRule::Selector::Annotation:
        if (rule.name != "secret" && rule.name != "pii") {
          return refuse("unknown annotation '" + rule.name + "' (known: secret, pii)");
        }
        if (rule.name == "secret" && shows_a_part(rule.op)) {
          return refuse("'" + std::string(operator_name(rule.op)) +
                        "' would show a part of a secret");
        }
        break;
    }
  }
  table.rules_ = std::move(rules);
  return table;
}

bool OperatorTable::binds_field(std::string_view name) const noexcept {
  return std::any_of(rules_.begin(), rules_.end(), [name](const OperatorRule& rule) {
    return rule.selector == OperatorRule::Selector::Field && rule.op != Operator::Keep &&
           iequals(rule.name, name);
  });
}

OperatorTable::Choice OperatorTable::choose(ClassId id, const Where& where) const noexcept {
  Choice choice;
  if (rules_.empty()) return choice;
  for (const BoundPath& bound : paths_) {
    if (where.path != nullptr && path_matches(bound.names, *where.path)) {
      return {rules_[bound.row].op, bound.row};
    }
  }
  const bool is_field = where.part == Part::Field || where.part == Part::Trailer;
  for (size_t row = 0; row < rules_.size(); ++row) {
    const OperatorRule& rule = rules_[row];
    switch (rule.selector) {
      case OperatorRule::Selector::Field:
        if (is_field && iequals(rule.name, where.name)) return {rule.op, row};
        break;
      case OperatorRule::Selector::Annotation:
        if (where.rule == Rule::Contract && (rule.name == "secret") == is_secret_class(id)) {
          return {rule.op, row};
        }
        break;
      case OperatorRule::Selector::Class:
        if (choice.row == SIZE_MAX && class_info(id).id == rule.name) choice = {rule.op, row};
        break;
      case OperatorRule::Selector::Path:
        break;
    }
  }
  return choice;
}

}  // namespace faultline::redaction
