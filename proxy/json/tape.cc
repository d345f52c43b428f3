// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"

#include "proxy/base/hash.h"
#include "proxy/json/exact_number.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

namespace faultline::json {
namespace {

Decimal decimal_of(Value value) noexcept {
  return Decimal::parse(value.number_text()).value_or(Decimal());
}

uint64_t mix(uint64_t a, uint64_t b) noexcept {
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  const uint64_t mixed = (a ^ (b + kMix)) * kMix;
  return mixed ^ (mixed >> 29U);
}

bool numbers_equal(Value a, Value b) noexcept {
  if (a.is_plain_int64() && b.is_plain_int64()) return a.plain_int64() == b.plain_int64();
  return a.number_text() == b.number_text() || decimal_of(a) == decimal_of(b);
}

/// Keys by hash, then text; among equal ones the first of the document leads.
std::vector<Member> sorted_members(Value object) {
  std::vector<Member> members(object.members().begin(), object.members().end());
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    if (a.name_hash() != b.name_hash()) return a.name_hash() < b.name_hash();
    const int order = a.name().compare(b.name());
    return order != 0 ? order < 0 : a.key.index() < b.key.index();
  });
  return members;
}

bool same_names_in_order(Value a, Value b) {
  auto other = b.members().begin();
  for (const Member& member : a.members()) {
    const Member candidate = *other++;
    if (member.name_hash() != candidate.name_hash()) return false;
    if (member.name() != candidate.name()) return false;
  }
  return true;
}

/// Objects of more members are sorted before they are compared, which takes memory.
constexpr uint32_t kPairwiseMembers = 16;

/// Whether each member of `a` has its like in `b`. Names that occur more than once are taken in
/// turn. The objects are of one size, so none of `b` is left over.
bool each_has_its_like(Value a, Value b) {
  for (const Member& member : a.members()) {
    const auto is_namesake = [&member](const Member& other) {
      return other.name_hash() == member.name_hash() && other.name() == member.name();
    };
    uint32_t before = 0;
    for (const Member& other : a.members()) {
      if (other.key.index() >= member.key.index()) break;
      before += is_namesake(other) ? 1 : 0;
    }
    bool has_like = false;
    for (const Member& other : b.members()) {
      if (!is_namesake(other) || before-- > 0) continue;
      has_like = equal(member.value, other.value);
      break;
    }
    if (!has_like) return false;
  }
  return true;
}

bool objects_equal(Value a, Value b) {
  if (same_names_in_order(a, b)) {
    auto other = b.members().begin();
    for (const Member& member : a.members()) {
      if (!equal(member.value, (*other++).value)) return false;
    }
    return true;
  }
  if (a.size() <= kPairwiseMembers) return each_has_its_like(a, b);
  const auto left = sorted_members(a);
  const auto right = sorted_members(b);
  for (size_t i = 0; i < left.size(); ++i) {
    if (left[i].name() != right[i].name() || !equal(left[i].value, right[i].value)) return false;
  }
  return true;
}

bool arrays_equal(Value a, Value b) {
  auto other = b.elements().begin();
  for (const Value element : a.elements()) {
    if (!equal(element, *other)) return false;
    ++other;
  }
  return true;
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Bool:
      return "boolean";
    case Kind::Number:
      return "number";
    case Kind::String:
      return "string";
    case Kind::Array:
      return "array";
    case Kind::Object:
      return "object";
  }
  return "unknown";
}

bool Value::is_integer() const noexcept {
  return is_plain_int64() || (is_number() && decimal_of(*this).is_integer());
}

std::optional<int64_t> Value::as_int64() const noexcept {
  if (!is_number()) return std::nullopt;
  if (is_plain_int64()) return plain_int64();
  return decimal_of(*this).to_int64();
}

double Value::as_double() const noexcept {
  const std::string_view digits = number_text();
  double result = 0;
  const auto outcome = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (outcome.ec != std::errc::result_out_of_range) return result;
  const Decimal number = decimal_of(*this);
  const auto one = Decimal::parse("1").value_or(Decimal());
  const auto minus_one = Decimal::parse("-1").value_or(Decimal());
  const bool is_small = minus_one < number && number < one;
  const double magnitude = is_small ? 0.0 : std::numeric_limits<double>::infinity();
  return number.is_negative() ? -magnitude : magnitude;
}

std::optional<Value> Value::at(uint32_t position) const noexcept {
  if (is_object()) {
    for (const Member& member : members()) {
      if (position-- == 0) return member.value;
    }
    return std::nullopt;
  }
  for (const Value element : elements()) {
    if (position-- == 0) return element;
  }
  return std::nullopt;
}

bool equal(Value a, Value b) {
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  switch (a.kind()) {
    case Kind::Null:
      return true;
    case Kind::Bool:
      return a.boolean() == b.boolean();
    case Kind::Number:
      return numbers_equal(a, b);
    case Kind::String:
      return a.string() == b.string();
    case Kind::Array:
      return arrays_equal(a, b);
    case Kind::Object:
      return objects_equal(a, b);
  }
  return false;
}

uint64_t hash_value(Value value) {
  const auto kind = static_cast<uint64_t>(value.kind()) + 1;
  switch (value.kind()) {
    case Kind::Null:
      return mix(kind, 0);
    case Kind::Bool:
      return mix(kind, value.boolean() ? 1 : 0);
    case Kind::Number:
      return mix(kind, decimal_of(value).hash());
    case Kind::String:
      return mix(kind, hash64(value.string()));
    case Kind::Array: {
      uint64_t hash = mix(kind, value.size());
      for (const Value element : value.elements()) hash = mix(hash, hash_value(element));
      return hash;
    }
    case Kind::Object: {
      // A sum, because the order of members means nothing.
      uint64_t sum = 0;
      for (const Member& member : value.members()) {
        sum += mix(hash64(member.name()), hash_value(member.value));
      }
      return mix(mix(kind, value.size()), sum);
    }
  }
  return 0;
}

Document::Document(std::unique_ptr<Tape> tape) : tape_(std::move(tape)) { seal(); }

void Document::seal() {
  nodes_ = tape_->nodes.data();
  source_ = tape_->source.data();
  arena_ = tape_->arena.data();
  // Inner objects close before outer ones; places are promised in document order.
  std::sort(tape_->duplicate_keys.begin(), tape_->duplicate_keys.end(),
            [](SourceSpan a, SourceSpan b) { return a.offset < b.offset; });
}

// The tape lies on the heap, arena and all, so what seal() took stays where it is.
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

const std::vector<SourceSpan>& Document::duplicate_keys() const noexcept {
  return tape_->duplicate_keys;
}
bool Document::has_lone_surrogates() const noexcept { return tape_->has_lone_surrogates; }

}  // namespace faultline::json
