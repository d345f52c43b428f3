// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/text_predicates.h"

#include "proxy/base/text.h"

namespace faultline::rules {
namespace {

int hex_value(char c) noexcept {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool has_field(const FieldLookup& fields, const TextMatch& wanted) noexcept {
  for (size_t ordinal = 0;; ++ordinal) {
    const auto value = fields.find(wanted.name, ordinal);
    if (!value) return false;
    if (!wanted.value || *value == *wanted.value) return true;
  }
}

char DecodedText::next() noexcept {
  const char c = rest_.front();
  if (c == '%' && rest_.size() > 2) {
    const int high = hex_value(rest_[1]);
    const int low = hex_value(rest_[2]);
    if (high >= 0 && low >= 0) {
      rest_.remove_prefix(3);
      return static_cast<char>(high * 16 + low);
    }
  }
  rest_.remove_prefix(1);
  return c == '+' ? ' ' : c;
}

bool decoded_equals(std::string_view raw, std::string_view wanted) noexcept {
  DecodedText text(raw);
  for (const char c : wanted) {
    if (text.at_end() || text.next() != c) return false;
  }
  return text.at_end();
}

bool has_query_parameter(std::string_view query, const TextMatch& wanted) noexcept {
  return any_query_parameter(query, [&](std::string_view name, std::string_view value) {
    return decoded_equals(name, wanted.name) &&
           (!wanted.value || decoded_equals(value, *wanted.value));
  });
}

std::string_view media_type_of(std::string_view field) noexcept {
  return trim(field.substr(0, field.find(';')));
}

std::string_view range_of(std::string_view wanted) noexcept {
  if (wanted.size() <= 2 || wanted == "*/*" || !wanted.ends_with("/*")) return {};
  return wanted.substr(0, wanted.size() - 2);
}

bool has_media_type(const FieldLookup& fields, std::string_view wanted) noexcept {
  const auto field = fields.find("content-type");
  if (!field) return false;
  if (wanted == "*/*") return true;
  const auto type = media_type_of(*field);
  const auto range = range_of(wanted);
  if (range.empty()) return iequals(type, wanted);
  const size_t slash = type.find('/');
  return slash != std::string_view::npos && iequals(type.substr(0, slash), range);
}

}  // namespace faultline::rules
