// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator_core.h"

#include <algorithm>
#include <utility>

// Arrays.
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

/// With each hash the element's index.
using Hashes = std::vector<std::pair<uint64_t, uint32_t>>;

Outcome hashes_differ(json::Value array, Hashes& hashes) {
  hashes.clear();
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

/// The same with a table that the thread keeps, up to a bound, so that steady work takes no memory.
Outcome hashes_differ(json::Value array) {
  constexpr size_t kKept = size_t{1} << 16U;  // elements: 1 MiB
  if (array.size() > kKept) {
    Hashes own;
    own.reserve(array.size());
    return hashes_differ(array, own);
  }
  thread_local Hashes kept;
  return hashes_differ(array, kept);
}

}  // namespace

template <Mode kMode>
Outcome Evaluator<kMode>::check_array(json::Value value, AtRef at, Evaluated* evaluated) {
  const ArrayRules& rules = *schemas_[at.schema].array;
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, at));
  };
  if (require(value.size() >= rules.count_min, "minItems")) return tally.outcome;
  if (require(value.size() <= rules.count_max, "maxItems")) return tally.outcome;
  if (rules.is_unique && tally.add(check_unique(value, at))) return tally.outcome;
  if (tally.add(check_items(value, at, evaluated))) return tally.outcome;
  if (rules.contains != kNoSchema) tally.add(check_contains(value, at, evaluated));
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_unique(json::Value value, AtRef at) {
  if (!pay(value.extent())) return unknown(kBudget);  // all that is inside is hashed or compared
  const Outcome outcome = value.size() <= kPairwise ? pairs_differ(value) : hashes_differ(value);
  if (outcome == Outcome::Invalid) return reject("uniqueItems", value, at);
  return outcome == Outcome::Unknown ? unknown(kBudget) : outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_items(json::Value value, AtRef at, Evaluated* evaluated) {
  const ArrayRules& rules = *schemas_[at.schema].array;
  if (rules.items == kNoSchema && rules.prefix.empty()) return Outcome::Valid;
  const std::string_view prefix_keyword = rules.is_tuple_of_items ? "items" : "prefixItems";
  const std::string_view rest_keyword = rules.is_tuple_of_items ? "additionalItems" : "items";
  Tally tally;
  uint32_t position = 0;
  for (const json::Value element : value.elements()) {
    const bool is_in_prefix = position < rules.prefix.size();
    if (!is_in_prefix && rules.items == kNoSchema) break;
    if (evaluated != nullptr) evaluated->mark(position);
    const At below = is_in_prefix
                         ? this->element(at, rules.prefix[position], prefix_keyword, position)
                         : this->element(at, rules.items, rest_keyword);
    ++position;
    if (tally.add(run(element, below))) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_contains(json::Value value, AtRef at, Evaluated* evaluated) {
  const ArrayRules& rules = *schemas_[at.schema].array;
  if (!rules.contains_is_evaluated) evaluated = nullptr;
  uint64_t sure = 0;
  uint64_t possible = 0;
  uint32_t position = 0;
  std::vector<Branch> branches;
  for (const json::Value element : value.elements()) {
    Branch branch = run_branch(element, this->element(at, rules.contains, "contains"));
    if (branch.outcome == Outcome::Valid) {
      ++sure;
      if (evaluated != nullptr) evaluated->mark(position);
    }
    if (branch.outcome == Outcome::Unknown) {
      ++possible;
      if (evaluated != nullptr) evaluated->mark_uncertain();
      if constexpr (kCollect) branches.push_back(std::move(branch));
    }
    ++position;
  }
  if (sure > rules.contains_max) return reject("maxContains", value, at);
  if (sure + possible < rules.contains_min) {
    const bool is_written = schemas_[at.schema].source.find("minContains").has_value();
    return reject(is_written ? "minContains" : "contains", value, at);
  }
  if (sure >= rules.contains_min && sure + possible <= rules.contains_max) return Outcome::Valid;
  keep_reasons(branches);
  return Outcome::Unknown;
}

template class Evaluator<Mode::Fast>;
template class Evaluator<Mode::Exhaustive>;
template class Evaluator<Mode::Brief>;

}  // namespace faultline::contracts::json_schema
