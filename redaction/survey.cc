// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/survey.h"

#include <algorithm>
#include <functional>

namespace faultline::redaction {

void Survey::begin(std::string_view text) {
  constexpr size_t kWordBytes = kBlockBytes * 64;
  text_ = text;
  warm_.assign(text.size() / kWordBytes + 1, 0);
  is_quiet_ = true;
}

void Survey::warm(Range range) {
  is_quiet_ = false;
  const size_t last = std::min(std::max(range.end, range.begin + 1), text_.size());
  for (size_t block = range.begin / kBlockBytes; block * kBlockBytes < last; ++block) {
    warm_[block / 64] |= uint64_t{1} << (block % 64);
  }
}

bool Survey::is_cold(std::string_view part) const noexcept {
  const std::less<> before;
  if (part.empty() || before(part.data(), text_.data()) ||
      before(text_.data() + text_.size(), part.data() + part.size())) {
    return false;
  }
  const auto begin = static_cast<size_t>(part.data() - text_.data());
  for (size_t block = begin / kBlockBytes; block * kBlockBytes < begin + part.size(); ++block) {
    if ((warm_[block / 64] >> (block % 64) & 1U) != 0) return false;
  }
  return true;
}

}  // namespace faultline::redaction
