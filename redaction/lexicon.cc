// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/lexicon.h"

#include "proxy/base/random.h"
#include "proxy/base/text.h"
#include "redaction/context_names.h"
#include "redaction/lexicon_tables.h"
#include "redaction/range.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

namespace faultline::redaction {
namespace {

// No name of the lexicon is longer; of a longer name the end counts.
constexpr size_t kNormalBytes = 64;

constexpr bool by_name(const NameEntry& a, const NameEntry& b) { return a.name < b.name; }
static_assert(std::is_sorted(kNames.begin(), kNames.end(), by_name));
static_assert(std::is_sorted(kHeaders.begin(), kHeaders.end(), by_name));

// In their normal form.
constexpr bool is_normal(const NameEntry& entry) {
  return std::all_of(entry.name.begin(), entry.name.end(), is_alnum);
}
static_assert(std::all_of(kNames.begin(), kNames.end(), is_normal));
static_assert(std::all_of(kNameEndings.begin(), kNameEndings.end(), is_normal));
static_assert(std::all_of(kNameEndings.begin(), kNameEndings.end(), [](const NameEntry& entry) {
  return entry.name.size() >= kNameEndingMin;
}));

NameKind find_name(std::span<const NameEntry> table, std::string_view name) {
  const auto at =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const NameEntry& a, std::string_view b) { return a.name < b; });
  return at != table.end() && at->name == name ? at->kind : NameKind::None;
}

template <typename Word>
Word load(const char* from) {
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

struct Normal {
  std::array<char, kNormalBytes> bytes;
  size_t begin = kNormalBytes;      // the name fills the buffer from its end
  size_t last_part = kNormalBytes;  // where its last part begins
  [[nodiscard]] std::string_view whole() const {
    return {bytes.data() + begin, kNormalBytes - begin};
  }
  [[nodiscard]] std::string_view part() const {
    return {bytes.data() + last_part, kNormalBytes - last_part};
  }
};

void normalise(std::string_view name, Normal& out) {
  bool in_last_part = true;
  for (size_t i = name.size(); i-- > 0 && out.begin > 0;) {
    const char c = name[i];
    const bool divides = c == '.' || c == '[' || c == ']' || c == '/' || c == ':';
    if (divides) {
      in_last_part = in_last_part && out.last_part == kNormalBytes;
    } else if (c != '_' && c != '-' && c != ' ' && c != '$') {
      out.bytes[--out.begin] = ascii_lower(c);
      if (in_last_part) out.last_part = out.begin;
    }
  }
}

NameKind classify_normal(std::string_view name) {
  if (name.size() < 2) return NameKind::None;
  const NameKind kind = find_name(kNames, name);
  if (kind != NameKind::None) return kind;
  if (const NameKind context = context_name(name); context != NameKind::None) return context;
  for (const auto& ending : kNameEndings) {
    if (name.size() > ending.name.size() && name.back() == ending.name.back() &&
        name.substr(name.size() - ending.name.size()) == ending.name) {
      return ending.kind;
    }
  }
  return NameKind::None;
}

}  // namespace

NameKind classify_name(std::string_view name) {
  Normal normal;
  normalise(name, normal);
  const NameKind kind = classify_normal(normal.whole());
  if (kind != NameKind::None || normal.part().size() == normal.whole().size()) return kind;
  const NameKind part = classify_normal(normal.part());
  // `header.name` names nothing: pairs are members of one object.
  return decides(part) ? part : NameKind::None;
}

NameKind classify_header(std::string_view name) {
  std::array<char, kNormalBytes> lower{};
  if (name.size() <= lower.size()) {
    std::transform(name.begin(), name.end(), lower.begin(), ascii_lower);
    const NameKind kind = find_name(kHeaders, {lower.data(), name.size()});
    if (kind != NameKind::None) return kind;
  }
  const NameKind kind = classify_name(name);
  return kind == NameKind::Secret || kind == NameKind::Pii ? kind : NameKind::None;
}

void for_each_name(const std::function<void(std::string_view name, NameKind kind)>& take) {
  for (const auto& entry : kNames) take(entry.name, entry.kind);
  for (const auto& entry : kNameEndings) take(entry.name, entry.kind);
  for (const auto& name : context_names()) take(name, NameKind::Pii);
}

NameCache::Ends NameCache::ends_of(std::string_view name) noexcept {
  const char* const begin = name.data();
  const char* const end = begin + name.size();
  if (name.size() >= 8) return {load<uint64_t>(begin), load<uint64_t>(end - 8)};
  if (name.size() >= 4) return {load<uint32_t>(begin), load<uint32_t>(end - 4)};
  const char middle = begin[name.size() / 2];
  return {static_cast<unsigned char>(*begin),
          static_cast<uint64_t>(static_cast<unsigned char>(middle)) << 8U |
              static_cast<unsigned char>(end[-1])};
}

KnownName& NameCache::find(std::string_view name) {
  if (name.size() > kNameBytes || name.empty()) {
    other_ = {classify_(name), false};
    return other_;
  }
  const Ends ends = ends_of(name);
  const auto holds = [name, ends](const Slot& slot) {
    return slot.length == name.size() && slot.ends.front == ends.front &&
           slot.ends.back == ends.back &&
           (name.size() <= kEndsBytes || std::memcmp(slot.middle.data(), name.data() + kMiddleAt,
                                                     name.size() - kEndsBytes) == 0);
  };
  // Two slots for each hash: names that come in turns must not drive each other out.
  const uint64_t hash = (ends.front ^ std::rotl(ends.back, 29) ^ name.size()) * random::kGolden;
  Slot& first = slots_[(hash >> kSlotShift) * 2];
  Slot& second = *(&first + 1);
  if (holds(first)) return first.known;
  if (holds(second)) return second.known;
  second = first;
  first.ends = ends;
  first.known = {classify_(name), false};
  first.length = static_cast<uint8_t>(name.size());
  if (name.size() > kEndsBytes) {
    std::memcpy(first.middle.data(), name.data() + kMiddleAt, name.size() - kEndsBytes);
  }
  return first.known;
}

}  // namespace faultline::redaction
