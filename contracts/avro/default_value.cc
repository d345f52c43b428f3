// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/default_value.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace faultline::contracts::avro {
namespace {

// Bytes are written as the characters U+0000 to U+00FF. How many, or nothing for another text.
std::optional<size_t> bytes_in(json::Value value) {
  constexpr unsigned char kFirstLead = 0x80;     // from here on a byte is no character of its own
  constexpr unsigned char kLeadAfterFf = 0xc4;   // of U+0100
  constexpr unsigned char kFirstOfLeads = 0xc0;  // below: bytes that continue a character
  if (!value.is_string()) return std::nullopt;
  size_t count = 0;
  for (const char c : value.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= kLeadAfterFf) return std::nullopt;
    if (byte < kFirstLead || byte >= kFirstOfLeads) ++count;
  }
  return count;
}

bool is_in_range(json::Value value, int64_t low, int64_t high) {
  if (!value.is_number()) return false;
  const auto number = value.as_int64();
  return number && *number >= low && *number <= high;
}

template <typename T>
bool is_integer_of(json::Value value) {
  return is_in_range(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
}

// Of the look at the value itself, paid before it: without its parts.
size_t cost_of(json::Value value, const Type& type) {
  size_t cost = 1;
  if (value.is_string()) cost += value.string().size();
  if (value.is_number()) cost += value.number_text().size();
  if (type.kind == Kind::Enum) cost += type.symbols.size();
  return cost;
}

}  // namespace

// As deep as the value: what a record's default leaves out is not followed.
bool DefaultCheck::fits(json::Value value, TypeId id) {
  const Type& type = types_[id];
  steps_ += cost_of(value, type);
  if (steps_ > kStepsMax) return true;
  const auto fits_parts = [&](const TypeUse& part) { return fits(value, part.type); };
  switch (type.kind) {
    case Kind::Null:
      return value.is_null();
    case Kind::Boolean:
      return value.is_bool();
    case Kind::Int:
      return is_integer_of<int32_t>(value);
    case Kind::Long:
      return is_integer_of<int64_t>(value);
    case Kind::Float:
    case Kind::Double:
      return value.is_number();
    case Kind::Bytes:
      return bytes_in(value).has_value();
    case Kind::Fixed:
      return bytes_in(value) == type.size_bytes;
    case Kind::String:
      return value.is_string();
    case Kind::Enum:
      return value.is_string() && std::find(type.symbols.begin(), type.symbols.end(),
                                            value.string()) != type.symbols.end();
    case Kind::Record:
      return fits_record(value, type);
    case Kind::Union:
      return std::any_of(type.parts.begin(), type.parts.end(), fits_parts);
    case Kind::Array:
      if (!value.is_array()) return false;
      for (const json::Value element : value.elements()) {
        if (!fits(element, type.parts.front().type)) return false;
      }
      return true;
    case Kind::Map:
      if (!value.is_object()) return false;
      for (const json::Member member : value.members()) {
        if (!fits(member.value, type.parts.front().type)) return false;
      }
      return true;
  }
  return false;
}

bool DefaultCheck::fits_record(json::Value value, const Type& type) {
  if (!value.is_object()) return false;
  return std::all_of(type.fields.begin(), type.fields.end(), [&](const Field& field) {
    // Members are searched one by one.
    steps_ += 1 + value.size();
    if (steps_ > kStepsMax) return true;
    const auto member = value.find(field.name);
    return member ? fits(*member, field.type.type) : field.default_value.has_value();
  });
}

}  // namespace faultline::contracts::avro
