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

/// Lower is likelier to be what the sender meant.
auto distance(const Report& report, json::Value value) {
  bool is_other_type = false;
  bool is_other_constant = false;
  size_t members_missing = 0;
  for (const SchemaError& error : report.errors) {
    if (error.keyword == "required" && error.instance.index() == value.index()) ++members_missing;
    if (error.keyword == "type" && error.instance.index() == value.index()) is_other_type = true;
    if (error.keyword == "const" || error.keyword == "enum") is_other_constant = true;
  }
  const size_t errors = report.errors.size() + report.left_out;
  return std::tuple(is_other_type, is_other_constant, members_missing, errors);
}

/// The branch the value's own discriminator names, or `count`.
size_t named_branch(const Combination& parts, json::Value value, size_t count) {
  if (!parts.discriminator || !value.is_object()) return count;
  const auto tag = value.find(parts.discriminator->property);
  if (!tag || !tag->is_string()) return count;
  for (const auto& [name, position] : parts.discriminator->branches) {
    if (name == tag->string()) return std::min<size_t>(position, count);
  }
  return count;
}

}  // namespace

template <bool kCollect>
Outcome Evaluator<kCollect>::check_combination(json::Value value, const Frame& frame) {
  const Combination& parts = *program_[frame.schema].combination;
  Tally tally;
  for (uint32_t i = 0; i < parts.all_of.size(); ++i) {
    const Frame below = {
        .schema = parts.all_of[i], .parent = &frame, .keyword = "allOf", .index = i};
    if (tally.add(run(value, below))) return tally.outcome;
  }
  if (!parts.any_of.empty() && tally.add(check_any_of(value, frame))) return tally.outcome;
  if (!parts.one_of.empty() && tally.add(check_one_of(value, frame))) return tally.outcome;
  if (parts.negated != kNoSchema && tally.add(check_not(value, frame))) return tally.outcome;
  if (parts.condition != kNoSchema) tally.add(check_condition(value, frame));
  return tally.outcome;
}

/// Judges by itself: what it reports is kept only if the caller wants it.
template <bool kCollect>
typename Evaluator<kCollect>::Branch Evaluator<kCollect>::run_branch(json::Value value,
                                                                     const Frame& frame) {
  Branch branch;
  Report* const outer = report_;
  if constexpr (kCollect) report_ = &branch.report;
  branch.outcome = run(value, frame);
  report_ = outer;
  return branch;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_any_of(json::Value value, const Frame& frame) {
  const Combination& parts = *program_[frame.schema].combination;
  std::vector<Branch> branches;
  bool is_possible = false;
  for (uint32_t i = 0; i < parts.any_of.size(); ++i) {
    Branch branch = run_branch(
        value, {.schema = parts.any_of[i], .parent = &frame, .keyword = "anyOf", .index = i});
    if (branch.outcome == Outcome::Valid) return Outcome::Valid;
    if (branch.outcome == Outcome::Unknown) is_possible = true;
    if constexpr (kCollect) branches.push_back(std::move(branch));
  }
  if (is_possible) {
    keep_reasons(branches);
    return Outcome::Unknown;
  }
  keep_best(value, frame, "anyOf", branches);
  return Outcome::Invalid;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_one_of(json::Value value, const Frame& frame) {
  const Combination& parts = *program_[frame.schema].combination;
  std::vector<Branch> branches;
  size_t sure = 0;
  size_t possible = 0;
  for (uint32_t i = 0; i < parts.one_of.size(); ++i) {
    Branch branch = run_branch(
        value, {.schema = parts.one_of[i], .parent = &frame, .keyword = "oneOf", .index = i});
    if (branch.outcome == Outcome::Valid) ++sure;
    if (branch.outcome == Outcome::Unknown) ++possible;
    if constexpr (kCollect) branches.push_back(std::move(branch));
    if (!kCollect && sure > 1) return Outcome::Invalid;
  }
  if (sure > 1) {
    reject("oneOf", value, frame);
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
    keep_best(value, frame, "oneOf", branches);
    return Outcome::Invalid;
  }
  keep_reasons(branches);
  return Outcome::Unknown;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_not(json::Value value, const Frame& frame) {
  const Combination& parts = *program_[frame.schema].combination;
  std::vector<Branch> branches;
  branches.push_back(
      run_branch(value, {.schema = parts.negated, .parent = &frame, .keyword = "not"}));
  switch (branches.front().outcome) {
    case Outcome::Valid:
      return reject("not", value, frame);
    case Outcome::Invalid:
      return Outcome::Valid;
    case Outcome::Unknown:
      keep_reasons(branches);
      return Outcome::Unknown;
  }
  return Outcome::Unknown;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_condition(json::Value value, const Frame& frame) {
  const Combination& parts = *program_[frame.schema].combination;
  std::vector<Branch> branches;
  branches.push_back(
      run_branch(value, {.schema = parts.condition, .parent = &frame, .keyword = "if"}));
  const Frame then_frame = {.schema = parts.then_branch, .parent = &frame, .keyword = "then"};
  const Frame else_frame = {.schema = parts.else_branch, .parent = &frame, .keyword = "else"};
  const Outcome condition = branches.front().outcome;
  if (condition != Outcome::Unknown) {
    const Frame& chosen = condition == Outcome::Valid ? then_frame : else_frame;
    return chosen.schema == kNoSchema ? Outcome::Valid : run(value, chosen);
  }
  // It is not known which side counts: only what both sides say is sure.
  bool all_valid = true;
  bool all_invalid = true;
  for (const Frame* side : {&then_frame, &else_frame}) {
    if (side->schema == kNoSchema) {
      all_invalid = false;
      continue;
    }
    branches.push_back(run_branch(value, *side));
    all_valid = all_valid && branches.back().outcome == Outcome::Valid;
    all_invalid = all_invalid && branches.back().outcome == Outcome::Invalid;
  }
  if (all_valid) return Outcome::Valid;
  if (all_invalid) {
    branches.erase(branches.begin());
    keep_best(value, frame, "if", branches);
    return Outcome::Invalid;
  }
  keep_reasons(branches);
  return Outcome::Unknown;
}

template <bool kCollect>
void Evaluator<kCollect>::keep_best(json::Value value, const Frame& frame, std::string_view keyword,
                                    std::vector<Branch>& branches) {
  if constexpr (kCollect) {
    if (branches.empty()) return;
    const Combination& parts = *program_[frame.schema].combination;
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

template <bool kCollect>
void Evaluator<kCollect>::keep_reasons(std::vector<Branch>& branches) {
  if constexpr (kCollect) {
    for (const Branch& branch : branches) {
      if (branch.outcome != Outcome::Unknown) continue;
      for (const auto& [reason, count] : branch.report.unverifiable) {
        report_->unverifiable[reason] += count;
      }
    }
  }
}

template class Evaluator<false>;
template class Evaluator<true>;

}  // namespace faultline::contracts::json_schema
