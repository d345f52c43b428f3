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

bool decoded_equals(std::string_view raw, std::string_view wanted) noexcept {
  size_t at = 0;
  for (size_t i = 0; i < raw.size(); ++i, ++at) {
    if (at == wanted.size()) return false;
    char c = raw[i] == '+' ? ' ' : raw[i];
    if (c == '%' && i + 2 < raw.size()) {
      const int high = hex_value(raw[i + 1]);
      const int low = hex_value(raw[i + 2]);
      if (high >= 0 && low >= 0) {
        c = static_cast<char>(high * 16 + low);
        i += 2;
      }
    }
    if (c != wanted[at]) return false;
  }
  return at == wanted.size();
}

bool has_query_parameter(std::string_view query, const TextMatch& wanted) noexcept {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const auto pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (decoded_equals(pair.substr(0, equals), wanted.name)) {
      const auto value =
          equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
      if (!wanted.value || decoded_equals(value, *wanted.value)) return true;
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return false;
}

bool has_media_type(const FieldLookup& fields, std::string_view wanted) noexcept {
  const auto field = fields.find("content-type");
  if (!field) return false;
  const auto type = trim(field->substr(0, field->find(';')));
  if (wanted == "*/*") return true;
  if (wanted.size() > 2 && wanted.substr(wanted.size() - 2) == "/*") {
    const size_t slash = type.find('/');
    return slash != std::string_view::npos &&
           iequals(type.substr(0, slash), wanted.substr(0, wanted.size() - 2));
  }
  return iequals(type, wanted);
}

}  // namespace faultline::rules
