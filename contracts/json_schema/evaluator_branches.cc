// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"
#include "proxy/json/pointer.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <tuple>
#include <utility>

// allOf, anyOf, oneOf, not, if.
namespace faultline::contracts::json_schema {
namespace {

size_t levels_of(const std::string& pointer) {
  return static_cast<size_t>(std::count(pointer.begin(), pointer.end(), '/'));
}

/// Where the value contradicts: for a missing member the object that lacks it.
size_t level_of(const SchemaError& error) {
  const bool is_missing = error.actual == kAbsent;
  return levels_of(error.pointer) - (is_missing ? 1 : 0);
}

/// Lower is likelier to be what the sender meant: a branch of the value's type; then one whose
/// constants the value and its members bear, as those are what tells branches apart; then the one
/// that agrees with the value to the greatest depth; then the one that asks for the fewest changes.
auto distance(const Report& report, json::Value value) {
  constexpr size_t kDepthMax = json::kDepthCeiling;
  bool is_other_type = false;
  bool is_other_constant = false;
  size_t agreement = kDepthMax;
  size_t members_missing = 0;
  const size_t top = levels_of(json::pointer_of(value));
  for (const SchemaError& error : report.errors) {
    const size_t level = level_of(error) - top;
    agreement = std::min(agreement, level);
    if (error.keyword == "required" && level == 0) ++members_missing;
    if (error.keyword == "type" && level == 0) is_other_type = true;
    if ((error.keyword == "const" || error.keyword == "enum") && level <= 1) {
      is_other_constant = true;
    }
  }
  const size_t errors = report.errors.size() + report.left_out;
  return std::tuple(is_other_type, is_other_constant, kDepthMax - agreement, members_missing,
                    errors);
}

/// What a discriminator says, as the names of its mapping are written: `1` is "1" (OpenAPI 3.2.0,
/// section 4.25.2, leaves it to us). Nothing where it is no scalar.
std::string_view name_said(json::Value tag) noexcept {
  switch (tag.kind()) {
    case json::Kind::String:
      return tag.string();
    case json::Kind::Number:
      return tag.number_text();
    case json::Kind::Bool:
      return tag.boolean() ? "true" : "false";
    default:
      return {};
  }
}

/// The branch the value's own discriminator names, or `count`.
size_t named_branch(const Combination& parts, json::Value value, size_t count) {
  if (!parts.discriminator || !value.is_object()) return count;
  const auto tag = value.find(parts.discriminator->property);
  const std::string_view said = tag ? name_said(*tag) : std::string_view();
  if (said.empty()) return count;
  for (const auto& [name, position] : parts.discriminator->branches) {
    if (name == said) return std::min<size_t>(position, count);
  }
  return count;
}

}  // namespace

template <Mode kMode>
Outcome Evaluator<kMode>::check_combination(json::Value value, AtRef at, Evaluated* evaluated) {
  const Combination& parts = *schemas_[at.schema].combination;
  Tally tally;
  for (uint32_t i = 0; i < parts.all_of.size(); ++i) {
    if (tally.add(run(value, in_place(at, parts.all_of[i], "allOf", i), evaluated))) {
      return tally.outcome;
    }
  }
  if (!parts.any_of.empty() && tally.add(check_any_of(value, at, evaluated))) return tally.outcome;
  if (!parts.one_of.empty() && tally.add(check_one_of(value, at, evaluated))) return tally.outcome;
  if (parts.negated != kNoSchema && tally.add(check_not(value, at))) return tally.outcome;
  if (parts.condition != kNoSchema) tally.add(check_condition(value, at, evaluated));
  return tally.outcome;
}

/// Judges by itself: what it reports, and what it has looked at, is kept only when it is valid or
/// the caller wants it.
template <Mode kMode>
typename Evaluator<kMode>::Branch Evaluator<kMode>::run_branch(json::Value value, AtRef at,
                                                               Evaluated* evaluated) {
  Branch branch;
  Report* const outer = report_;
  if constexpr (kCollect) report_ = &branch.report;
  if (evaluated == nullptr) {
    branch.outcome = run(value, at);
  } else {
    EvaluatedPool::Scope own(pool_, evaluated->size());
    branch.outcome = own.has_room() ? run(value, at, &own.set) : unknown(kBudget);
    if (branch.outcome == Outcome::Valid) evaluated->add(own.set);
    if (branch.outcome == Outcome::Unknown) evaluated->mark_uncertain();
  }
  report_ = outer;
  return branch;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_any_of(json::Value value, AtRef at, Evaluated* evaluated) {
  const Combination& parts = *schemas_[at.schema].combination;
  std::vector<Branch> branches;
  bool is_valid = false;
  bool is_possible = false;
  for (uint32_t i = 0; i < parts.any_of.size(); ++i) {
    Branch branch = run_branch(value, in_place(at, parts.any_of[i], "anyOf", i), evaluated);
    if (branch.outcome == Outcome::Valid) {
      // Who asks what was looked at wants to hear it from every branch that holds.
      if (evaluated == nullptr) return Outcome::Valid;
      is_valid = true;
    }
    if (branch.outcome == Outcome::Unknown) is_possible = true;
    if constexpr (kCollect) branches.push_back(std::move(branch));
  }
  if (is_valid) return Outcome::Valid;
  if (is_possible) {
    keep_reasons(branches);
    return Outcome::Unknown;
  }
  keep_best(value, at, "anyOf", branches);
  return Outcome::Invalid;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_one_of(json::Value value, AtRef at, Evaluated* evaluated) {
  const Combination& parts = *schemas_[at.schema].combination;
  std::vector<Branch> branches;
  size_t sure = 0;
  size_t possible = 0;
  for (uint32_t i = 0; i < parts.one_of.size(); ++i) {
    Branch branch = run_branch(value, in_place(at, parts.one_of[i], "oneOf", i), evaluated);
    if (branch.outcome == Outcome::Valid) ++sure;
    if (branch.outcome == Outcome::Unknown) ++possible;
    if constexpr (kCollect) branches.push_back(std::move(branch));
    if (kMode != Mode::Exhaustive && sure > 1) break;
  }
  if (sure > 1) {
    reject("oneOf", value, at);
    if constexpr (kCollect) {
      if (!report_->errors.empty() && report_->left_out == 0) {
        SchemaError& error = report_->errors.back();
        error.expected = "{\"matching\":1}";
        error.actual = json::Writer().begin_object().member("matching", sure).end_object().take();
        error.hint = "the branches of oneOf do not exclude each other";
      }
    }
    return Outcome::Invalid;
  }
  if (possible == 0 && sure == 1) return Outcome::Valid;
  if (possible == 0) {
    keep_best(value, at, "oneOf", branches);
    return Outcome::Invalid;
  }
  keep_reasons(branches);
  return Outcome::Unknown;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_not(json::Value value, AtRef at) {
  const Combination& parts = *schemas_[at.schema].combination;
  std::vector<Branch> branches;
  Branch branch = run_branch(value, in_place(at, parts.negated, "not"));
  const Outcome outcome = branch.outcome;
  if constexpr (kCollect) branches.push_back(std::move(branch));
  switch (outcome) {
    case Outcome::Valid:
      return reject("not", value, at);
    case Outcome::Invalid:
      return Outcome::Valid;
    case Outcome::Unknown:
      keep_reasons(branches);
      return Outcome::Unknown;
  }
  return Outcome::Unknown;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_condition(json::Value value, AtRef at, Evaluated* evaluated) {
  const Combination& parts = *schemas_[at.schema].combination;
  Branch branch = run_branch(value, in_place(at, parts.condition, "if"), evaluated);
  const Outcome condition = branch.outcome;
  if (condition == Outcome::Unknown) {
    std::vector<Branch> branches;
    if constexpr (kCollect) branches.push_back(std::move(branch));
    return check_both_sides(value, at, branches);
  }
  const bool holds = condition == Outcome::Valid;
  const SchemaId chosen = holds ? parts.then_branch : parts.else_branch;
  if (chosen == kNoSchema) return Outcome::Valid;
  return run(value, in_place(at, chosen, holds ? "then" : "else"), evaluated);
}

/// It is not known which side counts: only what both sides say is sure. `branches` holds the
/// condition.
template <Mode kMode>
Outcome Evaluator<kMode>::check_both_sides(json::Value value, AtRef at,
                                           std::vector<Branch>& branches) {
  const Combination& parts = *schemas_[at.schema].combination;
  const At then_at = in_place(at, parts.then_branch, "then");
  const At else_at = in_place(at, parts.else_branch, "else");
  bool all_valid = true;
  bool all_invalid = true;
  for (const At* side : {&then_at, &else_at}) {
    if (side->schema == kNoSchema) {
      all_invalid = false;
      continue;
    }
    Branch branch = run_branch(value, *side);
    all_valid = all_valid && branch.outcome == Outcome::Valid;
    all_invalid = all_invalid && branch.outcome == Outcome::Invalid;
    if constexpr (kCollect) branches.push_back(std::move(branch));
  }
  if (all_valid) return Outcome::Valid;
  if (all_invalid) {
    if constexpr (kCollect) branches.erase(branches.begin());
    keep_best(value, at, "if", branches);
    return Outcome::Invalid;
  }
  keep_reasons(branches);
  return Outcome::Unknown;
}

template <Mode kMode>
void Evaluator<kMode>::keep_best([[maybe_unused]] json::Value value, [[maybe_unused]] AtRef at,
                                 [[maybe_unused]] std::string_view keyword,
                                 [[maybe_unused]] std::vector<Branch>& branches) {
  if constexpr (kCollect) {
    if (branches.empty()) return;
    const Combination& parts = *schemas_[at.schema].combination;
    size_t best = named_branch(parts, value, branches.size());
    const bool is_named = best < branches.size();
    if (!is_named) {
      best = 0;
      for (size_t i = 1; i < branches.size(); ++i) {
        if (distance(branches[i].report, value) < distance(branches[best].report, value)) best = i;
      }
    }
    Report& report = branches[best].report;
    report_->left_out += report.left_out;
    for (SchemaError& error : report.errors) {
      if (error.hint.empty() && branches.size() > 1) {
        error.hint =
            is_named ? "the branch that '" + std::string(parts.discriminator->property) + "' names"
                     : "the closest of " + std::to_string(branches.size()) + " branches of " +
                           std::string(keyword);
      }
      add_error(std::move(error));
    }
  }
}

template <Mode kMode>
void Evaluator<kMode>::keep_reasons([[maybe_unused]] std::vector<Branch>& branches) {
  if constexpr (kCollect) {
    for (const Branch& branch : branches) {
      if (branch.outcome != Outcome::Unknown) continue;
      for (const auto& [reason, count] : branch.report.unverifiable) {
        report_->unverifiable[reason] += count;
      }
    }
  }
}

template class Evaluator<Mode::Fast>;
template class Evaluator<Mode::Exhaustive>;
template class Evaluator<Mode::Brief>;

}  // namespace faultline::contracts::json_schema
