// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format_grammar.h"

#include <algorithm>
#include <string>

#include <idn2.h>

// Internationalised names by IDNA2008 (RFC 5890 to 5893), whose tables and contextual rules are
// those of libidn2. It wants zero-terminated texts and gives its answer on the heap, so these
// formats allocate.
namespace faultline::contracts::json_schema {
namespace {

constexpr size_t kLabelBytes = 63;
constexpr size_t kNameBytes = 253;

/// The A-label of a U-label, or "" when the label is not allowed.
std::string to_a_label(const char* u_label, const char* a_label, int flags) {
  uint8_t* encoded = nullptr;
  const auto bytes = [](const char* text) { return reinterpret_cast<const uint8_t*>(text); };
  const int status = idn2_register_u8(bytes(u_label), bytes(a_label), &encoded, flags);
  std::string result;
  if (status == IDN2_OK && encoded != nullptr) result = reinterpret_cast<const char*>(encoded);
  idn2_free(encoded);
  return result;
}

/// RFC 3490 section 3.1: these separate labels as the full stop does.
size_t separator_size(std::string_view text) noexcept {
  if (text.starts_with('.')) return 1;
  for (const std::string_view dot : {"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"}) {
    if (text.starts_with(dot)) return dot.size();
  }
  return 0;
}

/// What the Bidi rule (RFC 5893 section 2) needs to know of a label and libidn2 does not look at:
/// it judges each label alone, and lets both kinds of digits stand in one.
struct Directions {
  bool has_right_to_left = false;  // R, AL or AN
  bool has_european_digit = false;
  bool has_arabic_digit = false;

  void add(uint32_t c) noexcept {
    const bool is_extended_digit = c >= 0x6F0 && c <= 0x6F9;  // EN, for all that they look like
    const bool is_arabic_digit = (c >= 0x660 && c <= 0x669) || (c >= 0x10D30 && c <= 0x10D39) ||
                                 (c >= 0x10E60 && c <= 0x10E7E);
    has_european_digit = has_european_digit || (c >= '0' && c <= '9') || is_extended_digit;
    has_arabic_digit = has_arabic_digit || is_arabic_digit;
    // The blocks of right-to-left scripts (Unicode, DerivedBidiClass.txt: their default class).
    const bool is_block = (c >= 0x590 && c <= 0x8FF) || (c >= 0xFB1D && c <= 0xFDFF) ||
                          (c >= 0xFE70 && c <= 0xFEFF) || (c >= 0x10800 && c <= 0x10FFF) ||
                          (c >= 0x1E800 && c <= 0x1EFFF);
    has_right_to_left = has_right_to_left || (is_block && !is_extended_digit);
  }
};

/// What is found out about a name, label by label.
struct NameScan {
  size_t length = 0;  // in ASCII
  bool has_right_to_left = false;
  bool has_digit_first = false;
};

bool scan_label(std::string_view label, int flags, NameScan& scan) {
  if (label.empty()) return false;
  size_t length = 0;
  if (std::all_of(label.begin(), label.end(), is_ascii)) {
    if (is_hostname(label)) length = label.size();
  } else {
    length = to_a_label(std::string(label).c_str(), nullptr, flags).size();
  }
  Directions directions;
  scan.has_digit_first = scan.has_digit_first || is_ascii_digit(label.front());
  for (std::string_view rest = label; !rest.empty();) {
    const CodePoint point = first_code_point(rest);
    directions.add(point.value);
    rest.remove_prefix(point.size);
  }
  scan.has_right_to_left = scan.has_right_to_left || directions.has_right_to_left;
  scan.length += length;
  return length > 0 && length <= kLabelBytes &&
         !(directions.has_right_to_left && directions.has_european_digit &&
           directions.has_arabic_digit);
}

bool is_name(std::string_view text, int flags) {
  NameScan scan;
  while (true) {
    size_t end = 0;
    while (end < text.size() && separator_size(text.substr(end)) == 0) ++end;
    if (!scan_label(text.substr(0, end), flags, scan) || scan.length > kNameBytes) return false;
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(separator_size(text));
    ++scan.length;
  }
  return !(scan.has_right_to_left && scan.has_digit_first);
}

}  // namespace

bool is_a_label(std::string_view label) noexcept {
  if (label.size() < 4 || !iequals(label.substr(0, 4), "xn--")) return false;
  return !to_a_label(nullptr, to_lower(label).c_str(), 0).empty();
}

bool is_idn_hostname(std::string_view text) noexcept { return is_name(text, 0); }

bool is_idn_domain(std::string_view text) noexcept { return is_name(text, IDN2_NFC_INPUT); }

}  // namespace faultline::contracts::json_schema
