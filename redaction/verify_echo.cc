// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_echo.h"

#include "proxy/base/hash.h"
#include "proxy/base/random.h"
#include "proxy/base/text.h"
#include "redaction/verify_canaries.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace faultline::redaction {
namespace {

constexpr size_t kFrontBytes = 8;
// Of a longer value the front is looked for: no one has its first bytes by chance.
constexpr size_t kWholeBytesMax = 256;
// 2^22 bits for at most some 130,000 fronts: one look in thirty goes on to the table.
constexpr unsigned kFrontBits = 22;

constexpr size_t kTellingBytesMin = 8;
constexpr size_t kNumberBytesMin = 12;
constexpr size_t kWordBytesMin = 20;
constexpr size_t kDistinctMin = 5;

size_t distinct_of(std::string_view value) {
  std::array<bool, 256> seen{};
  size_t distinct = 0;
  for (const char c : value) {
    bool& is_seen = seen[static_cast<unsigned char>(c)];
    distinct += is_seen ? 0 : 1;
    is_seen = true;
  }
  return distinct;
}

}  // namespace

bool is_telling(ClassId id, std::string_view value) noexcept {
  // Cookies are replaced whatever they hold: a cart's number is one, and stands in paths as well.
  const bool is_cookie = id == ClassId::Cookie || id == ClassId::SetCookie;
  if (is_cookie || id == ClassId::ClientIpHeader || value.size() < kTellingBytesMin) return false;
  if (distinct_of(value) < kDistinctMin) return false;
  const bool has_digit = std::any_of(value.begin(), value.end(), is_ascii_digit);
  const bool has_alpha = std::any_of(value.begin(), value.end(), is_ascii_alpha);
  if (value.find('@') != std::string_view::npos) return true;
  if (!has_alpha) {
    const bool is_address = value.find_first_not_of("0123456789.:") == std::string_view::npos &&
                            value.find_first_of(".:") != std::string_view::npos;
    return has_digit && value.size() >= kNumberBytesMin && !is_address;
  }
  return has_digit || value.size() >= kWordBytesMin;
}

EchoBook::EchoBook(std::string_view key)
    : key_(key),
      front_key_(hash64(std::string("front") + key_)),
      fronts_((size_t{1} << kFrontBits) / 64, 0) {}

uint64_t EchoBook::front_of(const char* bytes) const noexcept {
  uint64_t word = 0;
  std::memcpy(&word, bytes, kFrontBytes);
  word = (word ^ front_key_) * random::kGolden;
  return word ^ (word >> 32U);
}

uint64_t EchoBook::digest_of(std::string_view bytes) const {
  std::array<char, 512> keyed;  // NOLINT(*-member-init): written below
  if (key_.size() + bytes.size() > keyed.size()) return hash64(key_ + std::string(bytes));
  char* const behind = std::copy(key_.begin(), key_.end(), keyed.begin());
  return hash64({keyed.data(), std::copy(bytes.begin(), bytes.end(), behind)});
}

void EchoBook::remember(std::string_view spelling, std::string_view encoding) {
  if (spelling.size() < kFrontBytes) return;
  spelling = spelling.substr(0, kWholeBytesMax);
  const uint64_t front = front_of(spelling.data());
  fronts_[(front >> (64U - kFrontBits)) / 64] |= uint64_t{1}
                                                 << ((front >> (64U - kFrontBits)) % 64);
  wholes_.emplace(front,
                  Whole{digest_of(spelling), static_cast<uint32_t>(spelling.size()), encoding});
}

void EchoBook::replaced(ClassId id, std::string_view value) {
  if (value.size() < kTellingBytesMin) return;
  const uint64_t digest = digest_of(value);
  const std::lock_guard lock(mutex_);
  // Nearly all come again and again.
  if (seen_.contains(digest) || !is_telling(id, value)) return;
  if (seen_.size() == kValuesMax) {
    ++left_out_;
    return;
  }
  seen_.insert(digest);
  for (const auto& [text, encoding] : verify::spellings_of(value.substr(0, kWholeBytesMax))) {
    remember(text, encoding);
  }
}

void EchoBook::scan(std::string_view text, std::vector<EchoHit>& out) const {
  if (wholes_.empty() || text.size() < kFrontBytes) return;
  for (size_t i = 0; i + kFrontBytes <= text.size(); ++i) {
    const uint64_t front = front_of(text.data() + i);
    const uint64_t bit = front >> (64U - kFrontBits);
    if ((fronts_[bit / 64] >> (bit % 64) & 1U) == 0) continue;
    const auto [first, last] = wholes_.equal_range(front);
    for (auto at = first; at != last; ++at) {
      const std::string_view whole = text.substr(i, at->second.length);
      if (whole.size() != at->second.length || digest_of(whole) != at->second.digest) continue;
      out.push_back({i, at->second.encoding});
      break;
    }
  }
}

uint64_t EchoBook::values() const {
  const std::lock_guard lock(mutex_);
  return seen_.size();
}

uint64_t EchoBook::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

}  // namespace faultline::redaction
