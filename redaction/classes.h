// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The tables of classes.def as C++.
namespace faultline::redaction {

enum class ClassId : uint8_t {
#define FL_REDACTION_CLASS(enumerator, id, tag, domain) enumerator,
#include "redaction/classes.def"
#undef FL_REDACTION_CLASS
};

struct ClassInfo {
  std::string_view id;
  std::string_view tag;
  std::string_view domain;
};

inline constexpr std::array kClasses{
#define FL_REDACTION_CLASS(enumerator, id, tag, domain) ClassInfo{id, tag, domain},
#include "redaction/classes.def"
#undef FL_REDACTION_CLASS
};

[[nodiscard]] constexpr const ClassInfo& class_info(ClassId id) noexcept {
  return kClasses[static_cast<size_t>(id)];
}

/// The characters a token is made of after its anchor.
enum class Alphabet : uint8_t {
  Hex,         // 0-9 a-f
  UpperDigit,  // A-Z 0-9
  Alnum,
  Word,       // alphanumeric - _
  WordDot,    // and .
  WordSlash,  // and /
  Base64,     // alphanumeric + / - _ =
};

[[nodiscard]] constexpr bool in_alphabet(Alphabet alphabet, char c) noexcept {
  const bool digit = c >= '0' && c <= '9';
  const bool upper = c >= 'A' && c <= 'Z';
  const bool lower = c >= 'a' && c <= 'z';
  const bool word = digit || upper || lower || c == '-' || c == '_';
  switch (alphabet) {
    case Alphabet::Hex:
      return digit || (c >= 'a' && c <= 'f');
    case Alphabet::UpperDigit:
      return digit || upper;
    case Alphabet::Alnum:
      return digit || upper || lower;
    case Alphabet::Word:
      return word;
    case Alphabet::WordDot:
      return word || c == '.';
    case Alphabet::WordSlash:
      return word || c == '/';
    case Alphabet::Base64:
      return word || c == '+' || c == '/' || c == '=';
  }
  return false;
}

/// One row of the token table.
struct TokenShape {
  ClassId class_id;
  std::string_view anchor;
  Alphabet alphabet;
  uint16_t least;
  uint16_t most;  // 0: no upper bound
};

inline constexpr std::array kTokenShapes{
#define FL_REDACTION_TOKEN(class_id, anchor, alphabet, least, most) \
  TokenShape{ClassId::class_id, anchor, Alphabet::alphabet, least, most},
#include "redaction/classes.def"
#undef FL_REDACTION_TOKEN
};

}  // namespace faultline::redaction
