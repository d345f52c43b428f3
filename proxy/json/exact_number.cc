// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/exact_number.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <limits>

namespace faultline::json {
namespace {

constexpr int64_t kExponentMax = 100'000'000'000'000'000;  // 10^17
constexpr size_t kDivisorDigitsMax = 18;                   // so that 10 * divisor fits 64 bits

size_t count_digits(std::string_view text, size_t from) noexcept {
  size_t end = from;
  while (end < text.size() && is_ascii_digit(text[end])) ++end;
  return end - from;
}

/// Steps through the digits of a significand, over its point.
class DigitCursor {
 public:
  explicit DigitCursor(std::string_view digits) noexcept : digits_(digits) {}
  /// The next digit, or -1 past the last.
  int next() noexcept {
    if (at_ < digits_.size() && digits_[at_] == '.') ++at_;
    return at_ < digits_.size() ? digits_[at_++] - '0' : -1;
  }

 private:
  std::string_view digits_;
  size_t at_ = 0;
};

std::strong_ordering compare_digits(std::string_view a, std::string_view b) noexcept {
  DigitCursor left(a);
  DigitCursor right(b);
  while (true) {
    const int x = left.next();
    const int y = right.next();
    if (x != y) return x <=> y;  // a longer significand is greater: its last digit is not 0
    if (x < 0) return std::strong_ordering::equal;
  }
}

/// Divides `value` by `prime` at most `times` times.
void cancel(uint64_t& value, uint64_t prime, int64_t times) noexcept {
  for (; times > 0 && value % prime == 0; --times) value /= prime;
}

}  // namespace

std::optional<int64_t> plain_int64_of(std::string_view text) noexcept {
  constexpr size_t kDigitsMax = 19;  // do not overflow 64 bits
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  uint64_t magnitude = 0;
  for (const char c : text) {
    if (!is_ascii_digit(c)) return std::nullopt;
    magnitude = magnitude * 10 + static_cast<uint64_t>(c - '0');
  }
  if (magnitude > kMax + (is_negative ? 1 : 0)) return std::nullopt;
  return static_cast<int64_t>(is_negative ? 0 - magnitude : magnitude);
}

std::optional<Decimal> Decimal::parse(std::string_view text) noexcept {
  Decimal number;
  size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    number.is_negative_ = true;
    ++at;
  }
  const size_t begin = at;
  const size_t whole = count_digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return std::nullopt;
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = count_digits(text, at + 1);
    if (fraction == 0) return std::nullopt;
    at += 1 + fraction;
  }
  const std::string_view digits = text.substr(begin, at - begin);
  int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool is_down = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const size_t count = count_digits(text, at);
    if (count == 0) return std::nullopt;
    for (size_t i = 0; i < count; ++i) {
      exponent = std::min(kExponentMax, exponent * 10 + (text[at + i] - '0'));
    }
    if (is_down) exponent = -exponent;
    at += count;
  }
  if (at != text.size()) return std::nullopt;
  number.keep_digits(digits, static_cast<int64_t>(whole), exponent);
  return number;
}

void Decimal::keep_digits(std::string_view digits, int64_t whole_digits,
                          int64_t exponent) noexcept {
  const size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) {
    is_negative_ = false;  // -0 is 0
    return;
  }
  const size_t last = digits.find_last_of("123456789");
  digits_ = digits.substr(first, last - first + 1);
  const bool has_point = digits_.find('.') != std::string_view::npos;
  count_ = digits_.size() - (has_point ? 1 : 0);
  // A first digit behind the point stands one place further left than its index says.
  const auto index = static_cast<int64_t>(first);
  point_ = whole_digits - (index > whole_digits ? index - 1 : index) + exponent;
}

std::optional<int64_t> Decimal::to_int64() const noexcept {
  if (count_ == 0) return 0;
  if (!is_integer() || point_ > 19) return std::nullopt;
  uint64_t magnitude = 0;
  DigitCursor cursor(digits_);
  for (int64_t place = 0; place < point_; ++place) {
    const auto digit = static_cast<uint64_t>(std::max(0, cursor.next()));
    if (magnitude > (std::numeric_limits<uint64_t>::max() - digit) / 10) return std::nullopt;
    magnitude = magnitude * 10 + digit;
  }
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (magnitude > kMax + (is_negative_ ? 1 : 0)) return std::nullopt;
  if (!is_negative_) return static_cast<int64_t>(magnitude);
  return magnitude > kMax ? std::numeric_limits<int64_t>::min() : -static_cast<int64_t>(magnitude);
}

std::optional<bool> Decimal::is_multiple_of(const Decimal& divisor) const noexcept {
  if (divisor.count_ == 0 || divisor.count_ > kDivisorDigitsMax) return std::nullopt;
  if (count_ == 0) return true;
  // value = V * 10^v and divisor = D * 10^d, where neither V nor D ends in 0.
  const int64_t shift = (point_ - static_cast<int64_t>(count_)) -
                        (divisor.point_ - static_cast<int64_t>(divisor.count_));
  if (shift < 0) return false;  // V would have to be a multiple of 10
  uint64_t modulus = 0;
  DigitCursor divisor_digits(divisor.digits_);
  for (int digit = divisor_digits.next(); digit >= 0; digit = divisor_digits.next()) {
    modulus = modulus * 10 + static_cast<uint64_t>(digit);
  }
  // 10^shift can only supply factors 2 and 5, so they are cancelled instead of multiplied.
  cancel(modulus, 2, shift);
  cancel(modulus, 5, shift);
  uint64_t rest = 0;
  DigitCursor cursor(digits_);
  for (int digit = cursor.next(); digit >= 0; digit = cursor.next()) {
    rest = (rest * 10 + static_cast<uint64_t>(digit)) % modulus;
  }
  return rest == 0;
}

uint64_t Decimal::hash() const noexcept {
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  if (count_ == 0) return 0;
  uint64_t hash = (static_cast<uint64_t>(point_) * 2 + (is_negative_ ? 3 : 2)) * kMix;
  DigitCursor cursor(digits_);
  for (int digit = cursor.next(); digit >= 0; digit = cursor.next()) {
    hash = (hash ^ static_cast<uint64_t>(digit + 1)) * kMix;
    hash ^= hash >> 31U;
  }
  return hash;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
  if (a.is_negative_ != b.is_negative_) return b.is_negative_ <=> a.is_negative_;
  const auto magnitude = [&] {
    if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
    if (a.point_ != b.point_) return a.point_ <=> b.point_;
    return compare_digits(a.digits_, b.digits_);
  }();
  return a.is_negative_ ? 0 <=> magnitude : magnitude;
}

}  // namespace faultline::json
