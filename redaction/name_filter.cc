// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/name_filter.h"

#include "proxy/base/assert.h"

#include <algorithm>
#include <array>

namespace faultline::redaction {
namespace {

constexpr std::array<std::string_view, 2> kSpecialNames{"errors", "query"};

}  // namespace

NameFilter::NameFilter(bool with_all) {
  for_each_name([&](std::string_view name, NameKind kind) {
    if (with_all || decides(kind)) add(name);
  });
  if (!with_all) return;
  for (const auto name : kSpecialNames) add(name);
}

void NameFilter::add(std::string_view normal_name) {
  using anchors::NameEnds;
  std::array<uint8_t, kTailLetters> kinds{};
  uint64_t tail = 0;
  for (size_t i = 0; i < std::min(normal_name.size(), kinds.size()); ++i) {
    const auto letter = static_cast<unsigned char>(normal_name[normal_name.size() - 1 - i]);
    kinds[i] = NameEnds::kKinds[letter];
    FL_ASSERT(kinds[i] < NameEnds::kLetters);  // a normal name
    tail = tail * NameEnds::kLetters + kinds[i];
  }
  ends_.add(NameEnds::index_of(kinds[0], kinds[1], kinds[2]));
  tails_.set((tail * random::kGolden) >> kTailShift);
}

const NameFilter& NameFilter::deciding() {
  static const NameFilter kFilter(false);
  return kFilter;
}

const NameFilter& NameFilter::all() {
  static const NameFilter kFilter(true);
  return kFilter;
}

bool is_special_name(std::string_view name) noexcept {
  return std::find(kSpecialNames.begin(), kSpecialNames.end(), name) != kSpecialNames.end();
}

}  // namespace faultline::redaction
