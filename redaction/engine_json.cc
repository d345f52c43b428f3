// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// JSON is walked, never written anew: strings and numbers are replaced in place, so numbers, order,
// space and duplicates stay as they were spelled.
#include "proxy/base/text.h"
#include "proxy/json/splice.h"
#include "redaction/checks.h"
#include "redaction/engine_scope.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr std::string_view kQuery = "query";
constexpr std::string_view kMessage = "message";
constexpr std::string_view kBodyText = "text";

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

// Neither a card's number nor one that the configuration knows.
bool Engine::is_short_number(std::string_view number) const noexcept {
  return number.size() < kCardDigitsMin && patterns_.literals().empty();
}

// Names of texts that edit_special_member() may read in its own way.
bool Engine::has_grammar(std::string_view name) const noexcept {
  return name == kQuery || name == kMessage || (is_har_ && name == kBodyText);
}

bool Engine::edit_json(std::string_view text, unsigned depth, Edits& out) {
  if (const json::Document* const known = known_tree(text)) {
    edit_tree(known->root(), text, depth, out);
    return true;
  }
  const auto document = json::Document::parse(text);
  if (!document) return false;
  edit_tree(document->root(), text, depth, out);
  return true;
}

const json::Document* Engine::known_tree(std::string_view text) const noexcept {
  const bool is_same = text.data() == parsed_text_.data() && text.size() == parsed_text_.size();
  return is_same ? parsed_ : nullptr;
}

void Engine::edit_tree(json::Value root, std::string_view text, unsigned depth, Edits& out) {
  const Because because(*this, Rule::Name);
  const std::string_view outer = std::exchange(json_source_, text);
  std::vector<uint32_t> outer_dropped = std::exchange(dropped_, {});
  walk(root, NameKind::None, depth, out);
  if (depth == 0) edit_bound(root, out);
  if (!dropped_.empty()) drop_children(root, out);
  dropped_ = std::move(outer_dropped);
  json_source_ = outer;
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
    case json::Kind::Array: {
      const Step step(*this, "*");
      for (const json::Value element : value.elements()) walk(element, kind, depth, out);
      return;
    }
    case json::Kind::Object:
      walk_object(value, kind, depth, out);
      return;
  }
}

// Edits the name and says whether it may be shown.
bool Engine::edit_member_name(const json::Member& member, unsigned depth,
                              std::vector<KeyEdits>& edited, Edits& out) {
  const size_t first = out.size();
  is_in_name_ = true;
  edit_json_string(member.key, NameKind::None, depth, out);
  is_in_name_ = false;
  settle(out, first);
  if (out.size() == first) {
    names_.find(member.name()).is_clean = true;
    return true;
  }
  edited.push_back({member.key.index(), first, out.size()});
  return false;
}

// Nearly every member of nearly every message ends here.
bool Engine::holds_nothing(const json::Member& member) const {
  switch (member.value.kind()) {
    case json::Kind::Null:
    case json::Kind::Bool:
      return true;
    case json::Kind::Number:
      return is_short_number(member.value.number_text());
    case json::Kind::String:
      return !has_grammar(member.name()) && is_cold(member.value);
    case json::Kind::Array:
    case json::Kind::Object:
      return false;
  }
  return false;
}

void Engine::walk_object(json::Value object, NameKind inherited, unsigned depth, Edits& out) {
  std::string_view pair_name;  // what {"name": ...} says about {"value": ...}
  bool has_pair_value = false;
  std::vector<KeyEdits> edited;
  const Subject subject(*this, object);
  for (const json::Member member : object.members()) {
    const auto [kind, is_clean] = names_.find(member.name());
    const bool is_shown = is_clean || edit_member_name(member, depth, edited, out);
    if (kind == NameKind::PairName && member.value.is_string()) pair_name = member.value.string();
    if (kind == NameKind::PairValue && inherited == NameKind::None) {
      has_pair_value = true;
      continue;
    }
    const NameKind below = decides(kind) ? kind : inherited;
    if (!decides(below) && holds_nothing(member)) continue;
    const Step step(*this, is_shown ? member.name() : "*");
    if (inherited == NameKind::None && member.value.is_string() &&
        edit_special_member(object, member, depth, out)) {
      continue;
    }
    walk(member.value, below, depth, out);
  }
  if (has_pair_value) {
    const NameKind pair = names_.find(pair_name).kind;
    const Because because(*this, decides(pair) ? Rule::Pair : rule_);
    for (const json::Member member : object.members()) {
      if (names_.find(member.name()).kind != NameKind::PairValue) continue;
      const Step step(*this, member.name());
      walk(member.value, decides(pair) ? pair : NameKind::None, depth, out);
    }
  }
  if (!edited.empty()) part_names(object, edited, out);
}

// Members whose text has a grammar of its own: the document of a GraphQL request, what a server
// says of an error, and bodies in a HAR file. Asked for strings.
bool Engine::edit_special_member(json::Value object, const json::Member& member, unsigned depth,
                                 Edits& out) {
  const size_t first = out.size();
  if (member.name() == kQuery) {
    bool is_graphql = false;
    edit_text_of(
        member.value,
        [&](std::string_view text, Edits& edits) {
          is_graphql = edit_graphql(text, depth + 1, edits);
        },
        out);
    return is_graphql;
  }
  const size_t level = path_.size();
  if (member.name() == kMessage && level >= 3 && path_[level - 3] == "errors") {
    edit_text_of(
        member.value, [&](std::string_view text, Edits& edits) { edit_echo(text, edits); }, out);
    settle(out, first);
    return false;
  }
  return is_har_ && member.name() == kBodyText && edit_har_text(object, member, out);
}

// The places that the policy and the contract name, below the root of a body.
void Engine::edit_bound(json::Value root, Edits& out) {
  const size_t level = path_.size();
  for (const auto& path : policy_.bound_paths()) {
    if (policy_.rows()[path.row].op == Operator::Keep) continue;
    const Because because(*this, Rule::Policy);
    edit_bound_below(root, {&path.names, NameKind::Pii}, 0, out);
  }
  if (hints_ == nullptr) return;
  for (const Hint& hint : *hints_) {
    if (!binds(hint)) continue;
    const Because because(*this, Rule::Contract);
    edit_bound_below(root, {&hint.pointer, hint.kind}, 0, out);
  }
  path_.resize(level);
}

void Engine::edit_bound_below(json::Value value, const Bound& bound, size_t level, Edits& out) {
  if (level == bound.names->size()) {
    const ClassId id = bound.kind == NameKind::Secret ? ClassId::KeySecret : ClassId::KeyPii;
    const auto choice = policy_.choose(id, {part_, name_, &path_, rule_});
    const bool whole = choice.op == Operator::Drop || choice.op == Operator::Null;
    const SourceSpan span = value.span();
    if (whole && !value.is_null()) {
      push(json_source_.substr(span.offset, span.length), span.offset, id, "null", out,
           Slot::Number);
      if (choice.op == Operator::Drop) dropped_.push_back(value.index());
    } else {
      walk(value, bound.kind, 1, out);
    }
    return;
  }
  const std::string& name = (*bound.names)[level];
  // Elements have no names: which one stands where may change with the next message.
  if (value.is_array() && name == "*") {
    const Step step(*this, "*");
    for (const json::Value element : value.elements()) {
      edit_bound_below(element, bound, level + 1, out);
    }
  } else if (value.is_object()) {
    const Subject subject(*this, value);
    for (const json::Member member : value.members()) {
      if (name != "*" && member.name() != name) continue;
      const Step step(*this, names_.find(member.name()).is_clean ? member.name() : "*");
      edit_bound_below(member.value, bound, level + 1, out);
    }
  }
}

// Takes the dropped members and elements out, with the commas around them.
void Engine::drop_children(json::Value container, Edits& out) const {
  std::vector<uint32_t> positions;
  uint32_t position = 0;
  const auto visit = [&](json::Value child) {
    if (std::find(dropped_.begin(), dropped_.end(), child.index()) != dropped_.end()) {
      positions.push_back(position);
    } else if (child.is_object() || child.is_array()) {
      drop_children(child, out);
    }
    ++position;
  };
  if (container.is_object()) {
    for (const json::Member member : container.members()) visit(member.value);
  } else if (container.is_array()) {
    for (const json::Value element : container.elements()) visit(element);
  }
  for (const json::Edit& removal : json::remove_children(container, positions)) {
    const uint32_t end = removal.span.offset + removal.span.length;
    const auto inner = std::find_if(out.begin(), out.end(), [&](const Edit& edit) {
      return edit.begin >= removal.span.offset && edit.end <= end &&
             edit.origin.op == Operator::Drop;
    });
    if (inner == out.end()) continue;
    Edit edit = *inner;
    edit.begin = removal.span.offset;
    edit.end = end;
    edit.text.clear();
    out.push_back(std::move(edit));
  }
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
  if (!decides(kind) && is_cold(value)) return;
  const size_t first = out.size();
  edit_text_of(
      value,
      [&](std::string_view text, Edits& edits) {
        if (decides(kind)) {
          edit_named(kind, text, 0, edits);
        } else {
          edit_value(text, depth, edits);
        }
      },
      out);
  if (out.size() == first || policy_.rows().empty()) return;
  // A value that goes takes its quotes along.
  const SourceSpan span = value.span();
  const uint32_t end = span.offset + span.length;
  for (size_t i = first; i < out.size(); ++i) {
    const Operator op = out[i].origin.op;
    const bool goes = op == Operator::Null || op == Operator::Drop;
    if (!goes || out[i].begin != span.offset + 1 || out[i].end != end - 1) continue;
    if (op == Operator::Drop) dropped_.push_back(value.index());
    Edit whole{span.offset, end, out[i].class_id, "null", out[i].origin};
    out.resize(first);
    out.push_back(std::move(whole));
    return;
  }
}

void Engine::edit_json_number(json::Value value, NameKind kind, Edits& out) {
  const std::string_view number = value.number_text();
  if (is_short_number(number) && !decides(kind)) return;
  ClassId id = kind == NameKind::Pii ? ClassId::KeyPii : ClassId::KeySecret;
  const std::string digits = integer_digits(number);
  const bool is_card = !digits.empty() && is_card_number(digits);
  if (is_card) id = ClassId::CardPan;
  bool is_known = false;
  patterns_.literals().scan(
      number, [&](Range, ClassId found) { is_known = is_known || found == ClassId::KnownValue; });
  if (is_known) id = ClassId::KnownValue;
  if (!is_card && !is_known && !decides(kind)) return;
  if (surrogates_.is_number_surrogate(number)) return;
  const Because because(*this, decides(kind) ? rule_ : Rule::Form);
  const size_t first = out.size();
  push(number, value.span().offset, id, surrogates_.for_number(number), out, Slot::Number);
  if (out.size() > first && out.back().origin.op == Operator::Drop) {
    dropped_.push_back(value.index());
  }
}

}  // namespace faultline::redaction
