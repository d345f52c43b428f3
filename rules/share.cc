// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/share.h"

#include "proxy/base/text.h"

#include <optional>
#include <utility>

namespace faultline::rules {
namespace {

constexpr uint32_t kMillion = 1'000'000;
// Products with a million stay below 2^63.
constexpr uint64_t kCountMax = 1'000'000'000'000;

/// Digits, at most one point and `decimals` digits behind it, as a multiple of 10^-decimals.
std::optional<uint64_t> fixed_point(std::string_view text, size_t decimals) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string digits(whole);
  if (point != std::string_view::npos) {
    const std::string_view rest = text.substr(point + 1);
    if (rest.empty() || rest.size() > decimals) return std::nullopt;
    digits += rest;
    decimals -= rest.size();
  }
  if (whole.empty() || digits.size() > 12) return std::nullopt;
  digits.append(decimals, '0');
  return parse_u64(digits);
}

void scale(uint64_t& part, uint64_t& whole) {
  while (whole > kCountMax || part > kCountMax) {
    part /= 2;
    whole /= 2;
  }
}

}  // namespace

Result<Share> Share::parse(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const auto number =
      is_percent ? fixed_point(text.substr(0, text.size() - 1), 4) : fixed_point(text, 6);
  if (!number || *number > kMillion) {
    return fail(ErrorCode::InvalidArgument,
                "'" + std::string(text) + "' is not a share such as 80%, 0.5% or 0.8",
                ErrorSource::Input);
  }
  return Share(static_cast<uint32_t>(*number), std::string(text));
}

bool Share::is_above(uint64_t part, uint64_t whole) const noexcept {
  scale(part, whole);
  return part * kMillion > millionths_ * whole;
}

bool Share::is_below(uint64_t part, uint64_t whole) const noexcept {
  scale(part, whole);
  return part * kMillion < millionths_ * whole;
}

}  // namespace faultline::rules
