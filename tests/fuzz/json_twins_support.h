// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/parser_paths.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The fast parsers held against the byte-wise one: used by the fuzzer and by the unit tests, which
/// feed it mutations of their own.
namespace faultline::json {

inline bool is_scalar_root(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos || (text[first] != '{' && text[first] != '[');
}

inline bool same_node(Value a, Value b, bool is_key) {
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  if (a.span().offset != b.span().offset || a.span().length != b.span().length) return false;
  if (is_key && a.name_hash() != b.name_hash()) return false;
  switch (a.kind()) {
    case Kind::Bool:
      return a.boolean() == b.boolean();
    case Kind::String:
      return a.string() == b.string();
    case Kind::Number:
      return a.number_text() == b.number_text() && a.is_plain_int64() == b.is_plain_int64() &&
             (!a.is_plain_int64() || a.plain_int64() == b.plain_int64());
    default:
      return true;
  }
}

/// The index of the first node that differs in the two trees, or -1. Documents nest at most to
/// kDepthCeiling, so recursion is bounded.
inline int64_t first_difference(Value a, Value b, bool is_key = false) {
  if (a.index() != b.index() || !same_node(a, b, is_key)) return a.index();
  auto element = b.elements().begin();
  for (const Value child : a.elements()) {
    if (const auto at = first_difference(child, *element++); at >= 0) return at;
  }
  auto member = b.members().begin();
  for (const Member& child : a.members()) {
    const Member other = *member++;
    if (const auto at = first_difference(child.key, other.key, true); at >= 0) return at;
    if (const auto at = first_difference(child.value, other.value); at >= 0) return at;
  }
  return -1;
}

/// What a fast parser, and the exact one, disagree about; empty when they agree.
inline std::string disagreement(std::string_view text, const std::optional<Document>& fast,
                                const Result<Document>& exact) {
  if (is_scalar_root(text)) return fast ? "the fast parser took a scalar" : "";
  if (fast.has_value() != exact.has_value()) {
    return fast ? "only the fast parser accepts" : "only the exact parser accepts";
  }
  if (!fast) return "";
  if (const auto at = first_difference(fast->root(), exact->root()); at >= 0) {
    return "node " + std::to_string(at) + " differs";
  }
  if (fast->has_lone_surrogates() != exact->has_lone_surrogates()) return "lone surrogates differ";
  const auto& left = fast->duplicate_keys();
  const auto& right = exact->duplicate_keys();
  if (left.size() != right.size()) return "the number of repeated names differs";
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i].offset != right[i].offset || left[i].length != right[i].length) {
      return "repeated name " + std::to_string(i) + " differs";
    }
  }
  return "";
}

/// What the parsers disagree about; empty when they agree.
inline std::string disagreement(std::string_view text) {
  const auto exact = ParserAccess::by_byte(text);
  const std::string by_scan = disagreement(text, ParserAccess::by_scan(text), exact);
  if (!by_scan.empty()) return "by scan: " + by_scan;
  const std::string by_index = disagreement(text, ParserAccess::by_index(text), exact);
  return by_index.empty() ? "" : "by index: " + by_index;
}

}  // namespace faultline::json
