// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/decision_log.h"

#include "proxy/base/assert.h"
#include "proxy/base/text.h"

#include <charconv>

namespace faultline::run {

namespace {

constexpr size_t kWordDigits = 16;

void append_line(std::string& out, const DecisionLine& line) {
  out.append(line.rule);
  out.append(" ").append(line.scope);
  out.append(" ").append(json_quote(line.key));
  out.append(" ").append(std::to_string(line.occurrence));
  out.append(" ").append(hex64(line.draw));
  out.append(" ").append(line.verdict);
  out.append(" ").append(json_quote(line.action)).append("\n");
}

uint64_t word_of(std::string_view digest_hex, size_t index) {
  uint64_t word = 0;
  const std::string_view digits = digest_hex.substr(index * kWordDigits, kWordDigits);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), word, 16);
  FL_ASSERT(read.ec == std::errc{} && read.ptr == digits.data() + kWordDigits);
  return word;
}

}  // namespace

void DecisionLog::add(const DecisionLine& line) {
  text_.clear();
  append_line(text_, line);
  const std::string digest = crypto_.sha256_hex(text_);
  uint64_t carry = 0;
  for (size_t i = sum_.size(); i-- > 0;) {
    const uint64_t addend = word_of(digest, i) + carry;
    const bool has_wrapped = addend < carry;  // the word was all ones: one is carried, 0 added
    sum_[i] += addend;
    carry = has_wrapped || sum_[i] < addend ? 1 : 0;
  }
  ++size_;
}

std::string DecisionLog::hash_hex() const {
  if (size_ == 0) return {};
  std::string text;
  for (const uint64_t word : sum_) text.append(hex64(word));
  text.append(" ").append(std::to_string(size_)).append("\n");
  return crypto_.sha256_hex(text);
}

}  // namespace faultline::run
