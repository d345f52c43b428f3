// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/anchor_list.h"

#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/range.h"

#include <algorithm>
#include <string>
#include <utility>

namespace faultline::redaction::anchors {
namespace {

constexpr std::string_view kSeparators = " _-";

constexpr bool is_separator(char c) {
  return std::find(kSeparators.begin(), kSeparators.end(), c) != kSeparators.end();
}

size_t exact_length(std::string_view anchor, std::string_view text, size_t at) {
  return text.substr(at).starts_with(anchor) ? anchor.size() : 0;
}

// A word of a context, whose first `known` bytes stand there: what stands behind it must not be a
// letter.
size_t word_length(std::string_view word, size_t known, std::string_view text, size_t at) {
  size_t i = at + known;
  for (const char c : word.substr(known)) {
    if (c == '-') {
      if (i < text.size() && is_separator(text[i])) ++i;
    } else if (i < text.size() && ascii_lower(text[i]) == c) {
      ++i;
    } else {
      return 0;
    }
  }
  return i < text.size() && is_ascii_alpha(text[i]) ? 0 : i - at;
}

bool only_begins_word(const Anchor& anchor) {
  const bool shifted = anchor.kind == Kind::Pattern && kPatterns[anchor.row].offset != 0;
  return !shifted && is_alnum(anchor.text.front());
}

}  // namespace

const AnchorList& AnchorList::instance() {
  static const AnchorList kList;
  return kList;
}

AnchorList::AnchorList() {
  for (const std::string_view text : {"eyJ", "ewo"}) anchors_.push_back({text, Kind::Jwt, 0});
  for (const std::string_view text : {"bearer", "basic"}) {
    anchors_.push_back({text, Kind::Scheme, 0});
  }
  anchors_.push_back({"BEGIN ", Kind::PemHeader, 0});
  for (size_t row = 0; row < kPatterns.size(); ++row) {
    for_each_part(kPatterns[row].anchors, [&](std::string_view text) {
      anchors_.push_back({text, Kind::Pattern, static_cast<uint16_t>(row)});
    });
  }
  for (size_t row = 0; row < kContexts.size(); ++row) {
    for_each_part(kContexts[row].words, [&](std::string_view text) {
      anchors_.push_back({text, Kind::Context, static_cast<uint16_t>(row)});
    });
  }
  for (Anchor& anchor : anchors_) anchor.begins_word = only_begins_word(anchor);
  std::stable_sort(anchors_.begin(), anchors_.end(),
                   [](const Anchor& a, const Anchor& b) { return a.text.size() > b.text.size(); });
  std::vector<std::vector<uint16_t>> slots(slots_.size() - 1);
  for (size_t id = 0; id < anchors_.size(); ++id) {
    starts_.push_back(start_of(anchors_[id]));
    for (const uint32_t hash : hashes_of(anchors_[id])) {
      fronts_.add(hash);
      auto& slot = slots[hash >> kSlotShift];
      if (slot.empty() || slot.back() != id) slot.push_back(static_cast<uint16_t>(id));
    }
  }
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    slots_[slot] = static_cast<uint16_t>(slotted_.size());
    slotted_.insert(slotted_.end(), slots[slot].begin(), slots[slot].end());
  }
  slots_.back() = static_cast<uint16_t>(slotted_.size());
}

std::vector<uint32_t> AnchorList::hashes_of(const Anchor& anchor) {
  // A separator may be one of three characters or missing, and what follows a short anchor is any
  // byte, but what makes another word of a word: a letter, or a digit, behind which no value is
  // looked for.
  std::vector<std::string> fronts{""};
  const auto extend = [&fronts](std::string_view choices, bool or_nothing) {
    std::vector<std::string> longer;
    for (const auto& front : fronts) {
      if (or_nothing || front.size() == kFrontBytes) longer.push_back(front);
      if (front.size() == kFrontBytes) continue;
      for (const char c : choices) longer.push_back(front + c);
    }
    fronts = std::move(longer);
  };
  for (const char c : anchor.text) {
    const bool is_open = anchor.kind == Kind::Context && c == '-';
    extend(is_open ? kSeparators : std::string_view(&c, 1), is_open);
  }
  std::string followers;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (!folds(anchor.kind) || !is_alnum(c)) followers += c;
  }
  for (size_t i = 0; i < kFrontBytes; ++i) extend(followers, false);
  std::vector<uint32_t> hashes;
  hashes.reserve(fronts.size());
  for (const auto& front : fronts) {
    hashes.push_back(FrontTable::hash_of(FrontTable::front_of(four_bytes(front.data()))));
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

AnchorList::Start AnchorList::start_of(const Anchor& anchor) {
  Start start;
  size_t i = 0;
  for (; i < kStartBytes && i < anchor.text.size(); ++i) {
    const char c = anchor.text[i];
    if (anchor.kind == Kind::Context && c == '-') break;
    const uint64_t known = folds(anchor.kind) && is_ascii_alpha(c) ? 0xDFU : 0xFFU;
    start.bytes |= uint64_t{static_cast<unsigned char>(c)} << (8 * i);
    start.known |= known << (8 * i);
  }
  start.size = static_cast<uint8_t>(i);
  start.is_all = i == anchor.text.size();
  return start;
}

size_t AnchorList::length_at(size_t id, std::string_view text, size_t at) const {
  const Anchor& anchor = anchors_[id];
  if (!folds(anchor.kind)) return exact_length(anchor.text, text, at);
  return word_length(anchor.text, starts_[id].size, text, at);
}

}  // namespace faultline::redaction::anchors
