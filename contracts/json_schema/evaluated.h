// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace faultline::contracts::json_schema {

/// Which members or elements of one value some schema has looked at, for `unevaluatedProperties`
/// and `unevaluatedItems` (2020-12 core, section 11). Bits by position; lives in an EvaluatedPool.
class Evaluated {
 public:
  Evaluated() = default;
  Evaluated(uint64_t* words, size_t size) : words_(words), size_(size) {}

  void mark(uint32_t position) noexcept { words_[position / 64] |= uint64_t{1} << (position % 64); }
  void mark_all() noexcept { is_all_ = true; }
  /// A part that could not be checked might have looked at more.
  void mark_uncertain() noexcept { is_uncertain_ = true; }
  [[nodiscard]] bool has(uint32_t position) const noexcept {
    return is_all_ || (words_[position / 64] >> (position % 64) & 1U) != 0;
  }
  [[nodiscard]] bool is_all() const noexcept { return is_all_; }
  [[nodiscard]] bool is_uncertain() const noexcept { return is_uncertain_; }
  void add(const Evaluated& other) noexcept {
    is_all_ = is_all_ || other.is_all_;
    is_uncertain_ = is_uncertain_ || other.is_uncertain_;
    for (size_t i = 0; i < words(); ++i) words_[i] |= other.words_[i];
  }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] size_t words() const noexcept { return (size_ + 63) / 64; }

 private:
  uint64_t* words_ = nullptr;
  size_t size_ = 0;
  bool is_all_ = false;
  bool is_uncertain_ = false;
};

/// The room for them: a stack of words that is part of the evaluator, so that nothing is
/// allocated. What does not fit is unverifiable("budget").
class EvaluatedPool {
 public:
  /// Members and elements under `unevaluated*` at one time, over all levels: 128 Ki.
  static constexpr size_t kWords = 2048;

  /// Holds a set of that many positions until it goes out of scope. Check has_room().
  class Scope {
   public:
    Scope(EvaluatedPool& pool, size_t size) : pool_(pool), before_(pool.used_) {
      const size_t words = (size + 63) / 64;
      has_room_ = words <= kWords - pool.used_;
      if (!has_room_) return;
      std::fill_n(pool.words_.data() + pool.used_, words, uint64_t{0});
      set = Evaluated(pool.words_.data() + pool.used_, size);
      pool.used_ += words;
    }
    ~Scope() { pool_.used_ = before_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    [[nodiscard]] bool has_room() const noexcept { return has_room_; }

    Evaluated set;

   private:
    EvaluatedPool& pool_;
    size_t before_;
    bool has_room_ = false;
  };

  EvaluatedPool() noexcept {}  // NOLINT(modernize-use-equals-default): leaves the words as they are

 private:
  std::array<uint64_t, kWords> words_;
  size_t used_ = 0;
};

}  // namespace faultline::contracts::json_schema
