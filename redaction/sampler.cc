// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/sampler.h"

#include "proxy/base/random.h"
#include "redaction/expression.h"
#include "redaction/range.h"

namespace faultline::redaction {
namespace {

constexpr unsigned kTries = 20000;
// How many more than the least an open repeat gets, at most.
constexpr size_t kOpenExtra = 4;

class Sampler {
 public:
  explicit Sampler(uint64_t seed) : seed_(seed) {}

  std::string draw(const Expression& part) {
    switch (part.kind) {
      case Expression::Kind::Bytes:
        return one_of(part.bytes);
      case Expression::Kind::Choice:
        return draw(part.parts[below(part.parts.size())]);
      case Expression::Kind::Sequence: {
        std::string out;
        for (const auto& each : part.parts) out += draw(each);
        return out;
      }
      case Expression::Kind::Repeat:
        break;
    }
    const bool is_open = part.most == Expression::kOpen;
    const size_t extra = is_open ? kOpenExtra : part.most - part.least;
    std::string out;
    for (size_t left = part.least + below(extra + 1); left > 0; --left) {
      out += draw(part.parts.front());
    }
    return out;
  }

 private:
  size_t below(size_t range) {
    random::Inputs inputs;
    inputs.seed = seed_;
    inputs.draw = draws_++;
    return random::scale(random::draw(inputs), range);
  }

  // Letters and digits where the set has them: what a person would take for such a value.
  std::string one_of(const ByteSet& set) {
    std::string plain;
    std::string any;
    for (size_t i = 0x20; i < 0x7F; ++i) {
      if (!set[i]) continue;
      const char c = static_cast<char>(i);
      any += c;
      if (is_alnum(c)) plain += c;
    }
    const std::string& from = plain.empty() ? any : plain;
    if (!from.empty()) return std::string(1, from[below(from.size())]);
    for (size_t i = 0; i < set.size(); ++i) {
      if (set[i]) return std::string(1, static_cast<char>(i));
    }
    return {};
  }

  uint64_t seed_;
  uint64_t draws_ = 0;
};

}  // namespace

std::string sample_of(std::string_view pattern, uint64_t seed) {
  return Sampler(seed).draw(parse_expression(pattern));
}

std::optional<std::string> sample_of(std::string_view pattern, validate::Check check,
                                     uint64_t seed) {
  if (check == validate::Check::Base58Check || check == validate::Check::Bech32) {
    return std::nullopt;
  }
  const Expression expression = parse_expression(pattern);
  for (unsigned i = 0; i < kTries; ++i) {
    std::string sample = Sampler(seed * kTries + i).draw(expression);
    if (validate::holds(check, sample)) return sample;
  }
  return std::nullopt;
}

}  // namespace faultline::redaction
