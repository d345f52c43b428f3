// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

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

/// The decision-log hash: two runs have the same one when they took the same decisions, each as
/// often, whatever the interleaving of their threads. Of one decision, the line
///
///   rule SP scope SP key as a JSON string SP occurrence SP draw as 16 hex digits SP verdict SP
///   action as a JSON string LF
///
/// is hashed with SHA-256; the digests are added as big-endian numbers modulo 2^256; the hash is
/// SHA-256 over
///
///   sum as 64 hex digits SP number of decisions LF
///
/// Adding, and not hashing the sorted lines, for two reasons. Sorting needs every line until the
/// end: the memory of a run would grow with its length, and a spill to disk would write keys,
/// which are traffic, in the clear. And a sum, unlike an exclusive or, does not lose a decision
/// that was taken twice. The last SHA-256 keeps anybody from taking lines off the sum to guess at
/// the others.
///
/// Constant size; not thread-safe.
class DecisionLog final {
 public:
  explicit DecisionLog(const Crypto& crypto) : crypto_(crypto) {}
  void add(const DecisionLine& line);
  [[nodiscard]] uint64_t size() const noexcept { return size_; }
  /// 64 hex digits; empty when there were no decisions.
  [[nodiscard]] std::string hash_hex() const;

 private:
  const Crypto& crypto_;
  std::array<uint64_t, 4> sum_{};  // the most significant word first
  uint64_t size_ = 0;
  std::string text_;  // of the line being added; kept for its memory
};

}  // namespace faultline::run
