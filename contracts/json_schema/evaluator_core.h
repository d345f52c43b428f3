// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/frame.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The evaluator itself; others include evaluator.h. One text for both modes, so they cannot
/// disagree: kCollect decides at compile time whether a contradiction ends the work or is written
/// down.
namespace faultline::contracts::json_schema {

template <bool kCollect>
class Evaluator {
 public:
  Evaluator(const Program& program, Direction direction, uint32_t& steps, Report* report)
      : program_(program), direction_(direction), steps_(steps), report_(report) {}

  Outcome run(json::Value value, const Frame& frame);

 private:
  struct Branch {
    Outcome outcome = Outcome::Valid;
    Report report;
  };

  /// Collects the outcomes of parts that must all hold.
  struct Tally {
    Outcome outcome = Outcome::Valid;
    /// True when the work may stop.
    bool add(Outcome part) noexcept {
      if (part == Outcome::Invalid) outcome = Outcome::Invalid;
      if (part == Outcome::Unknown && outcome == Outcome::Valid) outcome = Outcome::Unknown;
      return !kCollect && part == Outcome::Invalid;
    }
  };

  Outcome check_kind(json::Value value, const Frame& frame);
  Outcome check_values(json::Value value, const Frame& frame);
  Outcome check_number(json::Value value, const Frame& frame);
  Outcome check_string(json::Value value, const Frame& frame);
  Outcome check_array(json::Value value, const Frame& frame);
  Outcome check_items(json::Value value, const Frame& frame);
  Outcome check_contains(json::Value value, const Frame& frame);
  Outcome check_unique(json::Value value, const Frame& frame);
  Outcome check_object(json::Value value, const Frame& frame);
  Outcome check_member(const json::Member& member, const KnownName* known, const Frame& frame);
  Outcome check_required(json::Value value, const std::vector<bool>& seen, uint64_t seen_bits,
                         const Frame& frame);
  Outcome check_combination(json::Value value, const Frame& frame);
  Outcome check_any_of(json::Value value, const Frame& frame);
  Outcome check_one_of(json::Value value, const Frame& frame);
  Outcome check_not(json::Value value, const Frame& frame);
  Outcome check_condition(json::Value value, const Frame& frame);

  Branch run_branch(json::Value value, const Frame& frame);
  void keep_best(json::Value value, const Frame& frame, std::string_view keyword,
                 std::vector<Branch>& branches);
  void keep_reasons(std::vector<Branch>& branches);

  Outcome reject(std::string_view keyword, json::Value value, const Frame& frame);
  Outcome reject_missing(size_t position, json::Value value, const Frame& frame);
  bool has_room();
  void add_error(SchemaError error);
  Outcome unknown(std::string_view reason);

  const Program& program_;
  Direction direction_;
  uint32_t& steps_;
  uint32_t depth_ = 0;
  Report* report_;  // null unless collecting
};

extern template class Evaluator<false>;
extern template class Evaluator<true>;

}  // namespace faultline::contracts::json_schema
