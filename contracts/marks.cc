// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/marks.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace faultline::contracts {
namespace {

struct TagWord {
  std::string_view word;
  Mark mark;
};

constexpr std::array kTagWords{
    TagWord{"pii", Mark::Pii},           TagWord{"spii", Mark::Pii},
    TagWord{"phi", Mark::Pii},           TagWord{"ephi", Mark::Pii},
    TagWord{"pci", Mark::Pii},           TagWord{"gdpr", Mark::Pii},
    TagWord{"hipaa", Mark::Pii},         TagWord{"personal", Mark::Pii},
    TagWord{"private", Mark::Pii},       TagWord{"sensitive", Mark::Secret},
    TagWord{"secret", Mark::Secret},     TagWord{"secrets", Mark::Secret},
    TagWord{"restricted", Mark::Secret}, TagWord{"confidential", Mark::Secret},
    TagWord{"credential", Mark::Secret}, TagWord{"credentials", Mark::Secret},
};

// Classifications by which a value is neither personal nor secret.
constexpr std::array<std::string_view, 4> kHarmless{"public", "internal", "none", ""};
constexpr std::array<std::string_view, 3> kNegations{"no", "non", "not"};

bool is_word_char(char c) { return is_ascii_alpha(c) || is_ascii_digit(c); }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && is_word_char(text[end])) ++end;
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

template <typename List>
bool holds_word(const List& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view known) { return iequals(known, word); });
}

// Whether an annotation is there and does not say that it does not apply.
bool is_set(std::optional<json::Value> value) {
  return value && !value->is_null() && !(value->is_bool() && !value->boolean());
}

Mark mark_of_word(std::string_view word) {
  for (const TagWord& known : kTagWords) {
    if (iequals(known.word, word)) return known.mark;
  }
  return Mark::None;
}

// "non-sensitive", but neither "non-public" nor "no-disclosure": a negation clears only what a word
// that marks would have said.
bool is_negated_mark(const std::vector<std::string_view>& words) {
  return words.size() > 1 && holds_word(kNegations, words[0]) &&
         mark_of_word(words[1]) != Mark::None;
}

// A level, so what it says of a value it says by its name, whatever it is called.
Mark mark_of_sensitivity(json::Value level) {
  if (!level.is_string()) return is_set(level) ? Mark::Secret : Mark::None;
  if (holds_word(kHarmless, trim(level.string()))) return Mark::None;
  const Mark mark = mark_of_tag(level.string());
  if (mark == Mark::None && is_negated_mark(words_of(level.string()))) return Mark::None;
  return std::max(mark, Mark::Pii);
}

}  // namespace

Mark mark_of_tag(std::string_view tag) {
  Mark mark = Mark::None;
  std::string_view before;
  for (const std::string_view word : words_of(tag)) {
    if (!holds_word(kNegations, before)) mark = std::max(mark, mark_of_word(word));
    before = word;
  }
  return mark;
}

Mark mark_of_tags(json::Value tags) {
  if (tags.is_string()) return mark_of_tag(tags.string());
  if (!tags.is_array()) return is_set(tags) ? Mark::Secret : Mark::None;
  Mark mark = Mark::None;
  for (const json::Value tag : tags.elements()) {
    mark = std::max(mark, tag.is_string() ? mark_of_tag(tag.string()) : Mark::Secret);
  }
  return mark;
}

Mark mark_of_annotations(json::Value source) {
  if (!source.is_object()) return Mark::None;
  Mark mark = Mark::None;
  if (is_set(source.find("x-sensitive")) || is_set(source.find("x-secret"))) mark = Mark::Secret;
  if (is_set(source.find("x-pii"))) mark = std::max(mark, Mark::Pii);
  if (const auto tags = source.find("confluent:tags")) mark = std::max(mark, mark_of_tags(*tags));
  if (const auto level = source.find("__sensitivity")) {
    mark = std::max(mark, mark_of_sensitivity(*level));
  }
  return mark;
}

}  // namespace faultline::contracts
