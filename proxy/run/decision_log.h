// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/base/limits.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::run {

/// One fired decision, in the words of facts/faults.md section 9. The key may be traffic: it
/// enters the hash and is never written.
struct DecisionLine {
  std::string_view rule;
  std::string_view scope;  // the kind, by name
  std::string_view key;
  uint64_t occurrence = 0;
  uint64_t draw = 0;  // the value of draw 0
  std::string_view verdict;
  std::string_view action;
};

/// Collects decisions and gives the decision-log hash: SHA-256 over one line per decision,
///
///   rule SP scope SP key as a JSON string SP occurrence SP draw as 16 hex digits SP verdict SP
///   action as a JSON string LF
///
/// sorted by (rule, scope, key, occurrence) and then by the line, so that the interleaving of
/// threads cannot change it. Not thread-safe.
class DecisionLog final {
 public:
  explicit DecisionLog(size_t rows_max = limits::kDecisionRows) : rows_max_(rows_max) {}
  void add(const DecisionLine& line);
  [[nodiscard]] uint64_t size() const noexcept { return rows_.size() + left_out_; }
  /// Empty when there were no decisions, and when some were left out: a hash over a part would
  /// compare nothing.
  [[nodiscard]] std::string hash_hex(const Crypto& crypto) const;

 private:
  // Texts repeat: each is kept once, a decision is one small row.
  struct Row {
    uint32_t rule = 0;
    uint32_t scope = 0;
    uint32_t key = 0;
    uint32_t verdict = 0;
    uint32_t action = 0;
    uint64_t occurrence = 0;
    uint64_t draw = 0;
  };
  uint32_t intern(std::string_view text);
  [[nodiscard]] bool is_before(const Row& a, const Row& b) const;
  [[nodiscard]] std::string line(const Row& row) const;

  size_t rows_max_;
  std::map<std::string, uint32_t, std::less<>> ids_;
  std::vector<const std::string*> texts_;  // into ids_, whose nodes stay where they are
  std::vector<Row> rows_;
  uint64_t left_out_ = 0;
};

}  // namespace faultline::run
