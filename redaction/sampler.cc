// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/sampler.h"

#include "proxy/base/random.h"

#include <array>
#include <bitset>
#include <utility>
#include <vector>

namespace faultline::redaction {
namespace {

constexpr unsigned kTries = 20000;
// How many more than the least an open repeat gets, at most.
constexpr size_t kOpenExtra = 4;

using Set = std::bitset<256>;

size_t index(char c) { return static_cast<unsigned char>(c); }

class Sampler {
 public:
  Sampler(std::string_view pattern, uint64_t seed) : pattern_(pattern), seed_(seed) {}

  std::string run() { return alternatives(); }

 private:
  [[nodiscard]] bool more() const { return at_ < pattern_.size(); }
  [[nodiscard]] char peek() const { return more() ? pattern_[at_] : '\0'; }

  size_t below(size_t range) {
    random::Inputs inputs;
    inputs.seed = seed_;
    inputs.draw = draws_++;
    return random::scale(random::draw(inputs), range);
  }

  // All alternatives are drawn, so that the place after them is known; one is taken.
  std::string alternatives() {
    std::vector<std::string> drawn{sequence()};
    while (peek() == '|') {
      ++at_;
      drawn.push_back(sequence());
    }
    return drawn[below(drawn.size())];
  }

  std::string sequence() {
    std::string out;
    while (more() && peek() != '|' && peek() != ')') {
      const size_t begin = at_;
      std::string piece = atom();
      const auto [least, most] = repeat();
      const size_t behind = at_;
      const size_t count = least + below(most - least + 1);
      for (size_t i = 0; i < count; ++i) {
        out += piece;
        if (i + 1 == count) break;
        at_ = begin;
        piece = atom();
      }
      at_ = behind;
    }
    return out;
  }

  std::pair<size_t, size_t> repeat() {
    std::pair<size_t, size_t> range{1, 1};
    switch (peek()) {
      case '?':
        range = {0, 1};
        break;
      case '*':
        range = {0, kOpenExtra};
        break;
      case '+':
        range = {1, 1 + kOpenExtra};
        break;
      case '{':
        range = counted();
        return lazy(range);
      default:
        return range;
    }
    ++at_;
    return lazy(range);
  }

  std::pair<size_t, size_t> lazy(std::pair<size_t, size_t> range) {
    if (peek() == '?') ++at_;
    return range;
  }

  std::pair<size_t, size_t> counted() {
    ++at_;
    const size_t least = number();
    size_t most = least;
    if (peek() == ',') {
      ++at_;
      most = peek() == '}' ? least + kOpenExtra : number();
    }
    ++at_;
    return {least, most};
  }

  size_t number() {
    size_t value = 0;
    while (peek() >= '0' && peek() <= '9') value = value * 10 + index(pattern_[at_++]) - '0';
    return value;
  }

  std::string atom() {
    const char c = pattern_[at_++];
    if (c == '(') return group();
    if (c == '[') return one_of(bracket());
    if (c == '\\') return one_of(escape());
    if (c == '.') return "x";
    return std::string(1, c);
  }

  std::string group() {
    if (peek() == '?') {
      while (peek() != ':') ++at_;  // flags: case and line ends make no difference to a sample
      ++at_;
    }
    std::string out = alternatives();
    ++at_;
    return out;
  }

  Set escape() {
    Set set;
    const char c = pattern_[at_++];
    if (c == 's') return set.set(index(' '));
    if (c == 'n') return set.set(index('\n'));
    if (c == 'r') return set.set(index('\r'));
    if (c == 'x') {
      const auto value = [](char digit) {
        return digit <= '9' ? index(digit) - '0' : index(digit) - 'a' + 10;
      };
      const size_t code = value(pattern_[at_]) * 16 + value(pattern_[at_ + 1]);
      at_ += 2;
      return set.set(code);
    }
    return set.set(index(c));
  }

  Set bracket() {
    const bool negated = peek() == '^';
    if (negated) ++at_;
    Set set;
    while (peek() != ']') {
      Set part;
      char low = pattern_[at_++];
      if (low == '\\') {
        part = escape();
        for (size_t i = 0; i < part.size(); ++i) low = part[i] ? static_cast<char>(i) : low;
      } else {
        part.set(index(low));
      }
      if (peek() == '-' && pattern_[at_ + 1] != ']') {
        ++at_;
        char high = pattern_[at_++];
        if (high == '\\') {
          const Set last = escape();
          for (size_t i = 0; i < last.size(); ++i) high = last[i] ? static_cast<char>(i) : high;
        }
        for (size_t i = index(low); i <= index(high); ++i) part.set(i);
      }
      set |= part;
    }
    ++at_;
    return negated ? ~set : set;
  }

  // Letters and digits where the set has them: what a person would take for such a value.
  std::string one_of(const Set& set) {
    std::string plain;
    std::string any;
    for (size_t i = 0x20; i < 0x7F; ++i) {
      const char c = static_cast<char>(i);
      if (!set[i]) continue;
      any += c;
      const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (alnum) plain += c;
    }
    const std::string& from = plain.empty() ? any : plain;
    if (!from.empty()) return std::string(1, from[below(from.size())]);
    for (size_t i = 0; i < set.size(); ++i) {
      if (set[i]) return std::string(1, static_cast<char>(i));
    }
    return {};
  }

  std::string_view pattern_;
  uint64_t seed_;
  uint64_t draws_ = 0;
  size_t at_ = 0;
};

}  // namespace

std::string sample_of(std::string_view pattern, uint64_t seed) {
  return Sampler(pattern, seed).run();
}

std::optional<std::string> sample_of(std::string_view pattern, validate::Check check,
                                     uint64_t seed) {
  if (check == validate::Check::Base58Check || check == validate::Check::Bech32) {
    return std::nullopt;
  }
  for (unsigned i = 0; i < kTries; ++i) {
    std::string sample = sample_of(pattern, seed * kTries + i);
    if (validate::holds(check, sample)) return sample;
  }
  return std::nullopt;
}

}  // namespace faultline::redaction
