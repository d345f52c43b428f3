// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// JSON is walked, never written anew: strings and numbers are replaced in place, so numbers, order,
// space and duplicates stay as they were spelled.
#include "proxy/base/text.h"
#include "redaction/checks.h"
#include "redaction/engine.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr size_t kCardDigitsMin = 12;

// The digits of a number that is an integer: `4111`, `4111.0`, `4.111e3`. Empty for others and for
// numbers too small to matter.
std::string integer_digits(std::string_view number) {
  if (number.size() < kCardDigitsMin) return {};
  if (number.front() == '-') number.remove_prefix(1);
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, e);
  const size_t dot = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, dot));
  if (dot < mantissa.size()) digits += mantissa.substr(dot + 1);
  size_t point = dot;
  if (e < number.size()) {
    std::string_view exponent = number.substr(e + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const auto value = parse_u64(exponent);
    if (!value || *value > 32) return {};
    point += *value;
  }
  if (point > digits.size()) digits.append(point - digits.size(), '0');
  if (digits.find_first_not_of('0', point) != std::string::npos) return {};
  digits.resize(point);
  return digits;
}

}  // namespace

bool Engine::edit_json(std::string_view text, unsigned depth, Edits& out) {
  const auto document = json::Document::parse(text);
  if (!document) return false;
  const std::string_view outer = std::exchange(json_source_, text);
  walk(document->root(), NameKind::None, depth, out);
  json_source_ = outer;
  return true;
}

// `kind` is what the name above says, and holds for everything below it.
void Engine::walk(json::Value value, NameKind kind, unsigned depth, Edits& out) {
  switch (value.kind()) {
    case json::Kind::Null:
    case json::Kind::Bool:
      return;
    case json::Kind::Number:
      edit_json_number(value, kind, out);
      return;
    case json::Kind::String:
      edit_json_string(value, kind, depth, out);
      return;
    case json::Kind::Array:
      for (const json::Value element : value.elements()) walk(element, kind, depth, out);
      return;
    case json::Kind::Object:
      walk_object(value, kind, depth, out);
      return;
  }
}

void Engine::walk_object(json::Value object, NameKind inherited, unsigned depth, Edits& out) {
  NameKind pair = NameKind::None;  // what {"name": ...} says about {"value": ...}
  bool has_pair_value = false;
  std::vector<KeyEdits> edited;
  for (const json::Member member : object.members()) {
    const KnownName known = names_.find(member.name());
    if (!known.is_clean) {
      const size_t first = out.size();
      edit_json_string(member.key, NameKind::None, depth, out);
      settle(out, first);
      if (out.size() > first) {
        edited.push_back({member.key.index(), first, out.size()});
      } else {
        names_.find(member.name()).is_clean = true;
      }
    }
    if (known.kind == NameKind::PairName && member.value.is_string()) {
      pair = names_.find(member.value.string()).kind;
    }
    if (known.kind == NameKind::PairValue && inherited == NameKind::None) {
      has_pair_value = true;
      continue;
    }
    walk(member.value, decides(known.kind) ? known.kind : inherited, depth, out);
  }
  if (has_pair_value) {
    for (const json::Member member : object.members()) {
      if (names_.find(member.name()).kind != NameKind::PairValue) continue;
      walk(member.value, decides(pair) ? pair : NameKind::None, depth, out);
    }
  }
  if (!edited.empty()) part_names(object, edited, out);
}

// Two names that become one get a suffix each after the first: an object must not lose a member.
void Engine::part_names(json::Value object, const std::vector<KeyEdits>& edited, Edits& out) const {
  std::set<std::string, std::less<>> taken;
  auto next = edited.begin();
  for (const json::Member member : object.members()) {
    const SourceSpan span = member.key.span();
    if (next != edited.end() && next->key == member.key.index()) {
      ++next;
    } else {
      taken.emplace(json_source_.substr(span.offset, span.length));
    }
  }
  for (const KeyEdits& key : edited) {
    const SourceSpan span = json::Value(object.document(), key.key).span();
    Edits own(out.begin() + static_cast<ptrdiff_t>(key.first),
              out.begin() + static_cast<ptrdiff_t>(key.last));
    for (auto& edit : own) {
      edit.begin -= span.offset;
      edit.end -= span.offset;
    }
    const std::string_view source = json_source_.substr(span.offset, span.length);
    const std::string text = own.back().text;
    for (unsigned number = 2; !taken.insert(apply_edits(source, own)).second; ++number) {
      own.back().text = text + "-" + std::to_string(number);
    }
    out[key.last - 1].text = own.back().text;
  }
}

void Engine::edit_json_string(json::Value value, NameKind kind, unsigned depth, Edits& out) {
  const SourceSpan span = value.span();
  const uint32_t at = span.offset + 1;
  const size_t first = out.size();
  const auto edit = [&](std::string_view text) {
    if (decides(kind)) {
      edit_named(kind, text, 0, out);
    } else {
      edit_value(text, depth, out);
    }
  };
  const std::string_view decoded = value.string();
  edit(decoded);
  if (out.size() == first) return;
  if (decoded.size() + 2 == span.length) {
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin += at;
      out[i].end += at;
    }
    return;
  }
  // Only now is it worth knowing where each decoded byte came from.
  const MappedText layer = unescape_json(json_source_.substr(at, span.length - 2));
  if (layer.text != decoded) {
    out.resize(first);
    edit(layer.text);
  }
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin = at + layer.at[out[i].begin];
    out[i].end = at + layer.at[out[i].end];
  }
}

void Engine::edit_json_number(json::Value value, NameKind kind, Edits& out) {
  const std::string_view number = value.number_text();
  ClassId id = kind == NameKind::Pii ? ClassId::KeyPii : ClassId::KeySecret;
  const std::string digits = integer_digits(number);
  const bool is_card = !digits.empty() && is_card_number(digits);
  if (is_card) id = ClassId::CardPan;
  if ((!is_card && !decides(kind)) || surrogates_.is_number_surrogate(number)) return;
  push(number, value.span().offset, id, surrogates_.for_number(number), out);
}

}  // namespace faultline::redaction
