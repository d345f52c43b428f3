// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/origin.h"
#include "redaction/policy/operators.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// What was replaced where, counted: the content of audit.jsonl. Holds no value, no length and no
/// digest of a value but the keyed token that stands in its place anyway.
class Tally {
 public:
  struct Row {
    ClassId class_id = ClassId::KeySecret;
    Rule rule = Rule::Form;
    Operator op = Operator::Shape;
    Place place;
    friend auto operator<=>(const Row&, const Row&) = default;
  };
  struct Count {
    uint64_t count = 0;
    std::string tag;  // what stands in the place of the first of them
  };
  /// Beyond so many rows only sums are kept: a run writes a page, not another journal.
  static constexpr size_t kRowsMax = 10000;

  void add(const Row& row, uint64_t count, std::string_view tag);
  void add_kept(ClassId id, uint64_t count) { kept_[static_cast<size_t>(id)] += count; }
  void add_bound(const OperatorRule& rule, uint64_t count);
  void add(const Tally& other);

  [[nodiscard]] const std::map<Row, Count>& rows() const noexcept { return rows_; }
  [[nodiscard]] uint64_t left_out() const noexcept { return left_out_; }
  [[nodiscard]] uint64_t of_class(ClassId id) const noexcept {
    return by_class_[static_cast<size_t>(id)];
  }
  [[nodiscard]] uint64_t kept(ClassId id) const noexcept { return kept_[static_cast<size_t>(id)]; }

  /// audit.jsonl: one line per row, then one with the classes that never fired, the rows of the
  /// policy that bound nothing and what the policy let stand.
  [[nodiscard]] std::string to_json_lines() const;

 private:
  using PerClass = std::array<uint64_t, kClasses.size()>;
  std::map<Row, Count> rows_;
  std::map<std::string, uint64_t> bound_;  // a row of the policy, and how often it bound a value
  PerClass by_class_{};
  PerClass kept_{};
  uint64_t left_out_ = 0;
};

}  // namespace faultline::redaction
