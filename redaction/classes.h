// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/validate/check.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The tables of classes.def as C++.
namespace faultline::redaction {

enum class ClassId : uint8_t {
#define FL_REDACTION_CLASS(enumerator, id, tag, domain, tier, place, op) enumerator,
#include "redaction/classes.def"
#undef FL_REDACTION_CLASS
};

/// When a class is looked for.
enum class Tier : uint8_t {
  Always,
  Context,  // where a name or a word in front says so
  OptIn,
};

/// What gives a value of the class away.
enum class Reach : uint8_t { Position, Text, Both, Layer };

/// What is put there when the policy says nothing: what the operator of that name puts there.
enum class DefaultOperator : uint8_t { Shape, Hmac, Keep };

struct ClassInfo {
  std::string_view id;
  std::string_view tag;
  std::string_view domain;
  Tier tier;
  Reach reach;
  DefaultOperator op;
};

inline constexpr std::array kClasses{
#define FL_REDACTION_CLASS(enumerator, id, tag, domain, tier, place, op) \
  ClassInfo{id, tag, domain, Tier::tier, Reach::place, DefaultOperator::op},
#include "redaction/classes.def"
#undef FL_REDACTION_CLASS
};

[[nodiscard]] constexpr const ClassInfo& class_info(ClassId id) noexcept {
  return kClasses[static_cast<size_t>(id)];
}

/// What may stand behind a match.
enum class Edge : uint8_t { Whole, Open, Digit };

/// A form with an anchor: FL_REDACTION_PATTERN.
struct PatternRow {
  ClassId class_id;
  uint16_t offset;
  uint16_t longest;
  Edge edge;
  validate::Check check;
  std::string_view anchors;
  const char* pattern;
};

inline constexpr std::array kPatterns{
#define FL_REDACTION_PATTERN(class_id, offset, longest, edge, check, anchors, pattern) \
  PatternRow{ClassId::class_id,      offset,  longest, Edge::edge,                     \
             validate::Check::check, anchors, pattern},
#include "redaction/classes.def"
#undef FL_REDACTION_PATTERN
};

/// A form that counts behind a word only: FL_REDACTION_CONTEXT.
struct ContextRow {
  ClassId class_id;
  uint16_t longest;
  validate::Check check;
  std::string_view words;
  const char* pattern;
};

inline constexpr std::array kContexts{
#define FL_REDACTION_CONTEXT(class_id, longest, check, words, pattern) \
  ContextRow{ClassId::class_id, longest, validate::Check::check, words, pattern},
#include "redaction/classes.def"
#undef FL_REDACTION_CONTEXT
};

/// Bytes between the end of a context word and the value.
inline constexpr size_t kContextReach = 24;

/// A form that a finder knows: FL_REDACTION_FORM. The pattern is the second scan's.
struct FormRow {
  ClassId class_id;
  std::string_view needs;
  const char* pattern;
};

inline constexpr std::array kForms{
#define FL_REDACTION_FORM(class_id, needs, pattern) FormRow{ClassId::class_id, needs, pattern},
#include "redaction/classes.def"
#undef FL_REDACTION_FORM
};

/// Calls `take` with each part of a list of the table, `|` between them.
template <typename Take>
constexpr void for_each_part(std::string_view list, Take take) {
  while (!list.empty()) {
    const size_t bar = list.find('|');
    take(list.substr(0, bar));
    list.remove_prefix(bar == std::string_view::npos ? list.size() : bar + 1);
  }
}

[[nodiscard]] std::string_view tier_name(Tier tier) noexcept;
[[nodiscard]] std::string_view reach_name(Reach reach) noexcept;
[[nodiscard]] std::string_view default_operator_name(DefaultOperator op) noexcept;

/// The whole table as a Markdown document: classes.md is this, and `faultline redact classes`
/// prints it.
[[nodiscard]] std::string classes_markdown();

/// The same for programs: one JSON object a line.
[[nodiscard]] std::string classes_json_lines();

}  // namespace faultline::redaction
