// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"

#include <algorithm>
#include <utility>

// Arrays and objects.
namespace faultline::contracts::json_schema {
namespace {

/// Elements compared pair by pair; longer arrays are compared by hash.
constexpr uint32_t kPairwise = 16;
/// Equal hashes of unequal elements that are told apart before it is called hostile.
constexpr size_t kCollisionsMax = 64;

Outcome pairs_differ(json::Value array) {
  for (auto a = array.elements().begin(); a != array.elements().end(); ++a) {
    for (auto b = array.elements().begin(); b != a; ++b) {
      if (equal(*a, *b)) return Outcome::Invalid;
    }
  }
  return Outcome::Valid;
}

Outcome hashes_differ(json::Value array) {
  std::vector<std::pair<uint64_t, uint32_t>> hashes;
  hashes.reserve(array.size());
  for (const json::Value element : array.elements()) {
    hashes.emplace_back(hash_value(element), element.index());
  }
  std::sort(hashes.begin(), hashes.end());
  size_t collisions = 0;
  for (size_t i = 1; i < hashes.size(); ++i) {
    for (size_t j = i; j > 0 && hashes[j - 1].first == hashes[i].first; --j) {
      const json::Value a(array.document(), hashes[i].second);
      const json::Value b(array.document(), hashes[j - 1].second);
      if (equal(a, b)) return Outcome::Invalid;
      if (++collisions > kCollisionsMax) return Outcome::Unknown;
    }
  }
  return Outcome::Valid;
}

}  // namespace

template <bool kCollect>
Outcome Evaluator<kCollect>::check_array(json::Value value, const Frame& frame) {
  const ArrayRules& rules = *program_[frame.schema].array;
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, frame));
  };
  if (require(value.size() >= rules.count_min, "minItems")) return tally.outcome;
  if (require(value.size() <= rules.count_max, "maxItems")) return tally.outcome;
  if (rules.is_unique && tally.add(check_unique(value, frame))) return tally.outcome;
  if (tally.add(check_items(value, frame))) return tally.outcome;
  if (rules.contains != kNoSchema) tally.add(check_contains(value, frame));
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_unique(json::Value value, const Frame& frame) {
  if (value.size() > steps_) return unknown("budget");
  steps_ -= value.size();
  const Outcome outcome = value.size() <= kPairwise ? pairs_differ(value) : hashes_differ(value);
  if (outcome == Outcome::Invalid) return reject("uniqueItems", value, frame);
  return outcome == Outcome::Unknown ? unknown("budget") : outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_items(json::Value value, const Frame& frame) {
  const ArrayRules& rules = *program_[frame.schema].array;
  if (rules.items == kNoSchema && rules.prefix.empty()) return Outcome::Valid;
  Tally tally;
  uint32_t position = 0;
  for (const json::Value element : value.elements()) {
    Frame below = {.step = Frame::Step::Element, .parent = &frame};
    if (position < rules.prefix.size()) {
      below.schema = rules.prefix[position];
      below.keyword = "prefixItems";
      below.index = position;
    } else {
      below.schema = rules.items;
      below.keyword = "items";
    }
    ++position;
    if (below.schema == kNoSchema) break;
    if (tally.add(run(element, below))) break;
  }
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_contains(json::Value value, const Frame& frame) {
  const ArrayRules& rules = *program_[frame.schema].array;
  uint64_t sure = 0;
  uint64_t possible = 0;
  std::vector<Branch> branches;
  for (const json::Value element : value.elements()) {
    const Frame below = {.schema = rules.contains,
                         .step = Frame::Step::Element,
                         .parent = &frame,
                         .keyword = "contains"};
    Branch branch = run_branch(element, below);
    if (branch.outcome == Outcome::Valid) ++sure;
    if (branch.outcome == Outcome::Unknown) ++possible;
    if constexpr (kCollect) {
      if (branch.outcome == Outcome::Unknown) branches.push_back(std::move(branch));
    }
  }
  if (sure > rules.contains_max) return reject("maxContains", value, frame);
  if (sure + possible < rules.contains_min) {
    const bool is_written = program_[frame.schema].source.find("minContains").has_value();
    return reject(is_written ? "minContains" : "contains", value, frame);
  }
  if (sure >= rules.contains_min && sure + possible <= rules.contains_max) return Outcome::Valid;
  keep_reasons(branches);
  return Outcome::Unknown;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_object(json::Value value, const Frame& frame) {
  const ObjectRules& rules = *program_[frame.schema].object;
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, frame));
  };
  if (require(value.size() >= rules.count_min, "minProperties")) return tally.outcome;
  if (require(value.size() <= rules.count_max, "maxProperties")) return tally.outcome;
  uint64_t seen_bits = 0;
  std::vector<bool> seen(rules.required.size() > 64 ? rules.required.size() : 0);
  for (const json::Member& member : value.members()) {
    const KnownName* known = rules.names.find(member.name(), member.key.name_hash());
    if (known != nullptr && known->required != KnownName::kNotRequired) {
      if (seen.empty()) {
        seen_bits |= uint64_t{1} << known->required;
      } else {
        seen[known->required] = true;
      }
    }
    if (tally.add(check_member(member, known, frame))) return tally.outcome;
  }
  if (!rules.required.empty()) tally.add(check_required(value, seen, seen_bits, frame));
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_member(const json::Member& member, const KnownName* known,
                                          const Frame& frame) {
  const ObjectRules& rules = *program_[frame.schema].object;
  Tally tally;
  Frame below = {.step = Frame::Step::Member, .parent = &frame, .member = member.name()};
  bool is_matched = false;
  if (known != nullptr && known->schema != kNoSchema) {
    is_matched = true;
    below.schema = known->schema;
    below.keyword = "properties";
    below.name = known->name;
    if (tally.add(run(member.value, below))) return tally.outcome;
  }
  for (const PatternProperty& property : rules.patterns) {
    if (steps_ == 0) return unknown("budget");
    --steps_;
    if (!property.pattern.matches(member.name())) continue;
    is_matched = true;
    below.schema = property.schema;
    below.step = Frame::Step::MapMember;
    below.keyword = "patternProperties";
    below.name = property.text;
    if (tally.add(run(member.value, below))) return tally.outcome;
  }
  if (!is_matched && rules.additional != kNoSchema) {
    below.schema = rules.additional;
    below.step = program_[rules.additional].is_false ? Frame::Step::Member : Frame::Step::MapMember;
    below.keyword = "additionalProperties";
    if (tally.add(run(member.value, below))) return tally.outcome;
  }
  if (rules.property_names != kNoSchema) {
    below.schema = rules.property_names;
    below.step = Frame::Step::MapMember;
    below.keyword = "propertyNames";
    tally.add(run(member.key, below));
  }
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_required(json::Value value, const std::vector<bool>& seen,
                                            uint64_t seen_bits, const Frame& frame) {
  const ObjectRules& rules = *program_[frame.schema].object;
  Tally tally;
  for (size_t i = 0; i < rules.required.size(); ++i) {
    const bool is_present = seen.empty() ? (seen_bits >> i & 1U) != 0 : seen[i];
    if (is_present) continue;
    if (is_exempt(program_, frame, rules.required[i], direction_ == Direction::Request)) continue;
    if (tally.add(reject_missing(i, value, frame))) break;
  }
  return tally.outcome;
}

template class Evaluator<false>;
template class Evaluator<true>;

}  // namespace faultline::contracts::json_schema
