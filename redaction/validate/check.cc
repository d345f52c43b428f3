// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/check.h"

#include "proxy/base/text.h"
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/codes.h"
#include "redaction/validate/contact.h"
#include "redaction/validate/entropy.h"
#include "redaction/validate/national.h"

#include <array>

namespace faultline::redaction::validate {
namespace {

// No identifier is longer.
constexpr size_t kCompactMax = 40;

bool always(std::string_view /*value*/) noexcept { return true; }

enum class Reads : uint8_t { Compact, Raw };

struct Row {
  std::string_view name;
  bool (*function)(std::string_view) noexcept;
  Reads reads;
};

constexpr std::array kRows{
#define FL_REDACTION_CHECK(name, function, reads) Row{#name, function, Reads::reads},
#include "redaction/validate/checks.def"
#undef FL_REDACTION_CHECK
};

}  // namespace

bool holds(Check check, std::string_view value) noexcept {
  const Row& row = kRows[static_cast<size_t>(check)];
  if (row.reads == Reads::Raw) return row.function(value);
  std::array<char, kCompactMax> compact{};
  size_t size = 0;
  for (const char c : value) {
    if (!is_ascii_digit(c) && !is_ascii_alpha(c)) continue;
    if (size == compact.size()) return false;
    compact[size++] = upper(c);
  }
  return row.function({compact.data(), size});
}

std::string_view check_name(Check check) noexcept { return kRows[static_cast<size_t>(check)].name; }

Check check_by_name(std::string_view name) noexcept {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<Check>(i);
  }
  return Check::None;
}

}  // namespace faultline::redaction::validate
