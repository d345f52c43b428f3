// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema.h"

#include <algorithm>

namespace faultline::contracts::json_schema {
namespace {

constexpr size_t kEnumLinear = 8;

TypeMask type_of(json::Value value) noexcept {
  switch (value.kind()) {
    case json::Kind::Null:
      return types::kNull;
    case json::Kind::Bool:
      return types::kBoolean;
    case json::Kind::Number:
      return value.is_integer() ? types::kInteger : types::kFraction;
    case json::Kind::String:
      return types::kString;
    case json::Kind::Array:
      return types::kArray;
    case json::Kind::Object:
      return types::kObject;
  }
  return types::kAny;
}

TypeMask any_of_types(const Program& program, const std::vector<SchemaId>& branches, int depth) {
  if (branches.empty()) return types::kAny;
  TypeMask mask = 0;
  for (const SchemaId branch : branches) {
    mask = static_cast<TypeMask>(mask | possible_types(program, branch, depth));
  }
  return mask;
}

TypeMask types_of_values(const EnumRule& rule) {
  TypeMask mask = 0;
  for (const json::Value value : rule.values) mask = static_cast<TypeMask>(mask | type_of(value));
  return mask;
}

}  // namespace

const SourceFilePtr& Program::file_of(json::Value source) const noexcept {
  for (const SchemaDocument& document : documents) {
    if (document.tree.get() == &source.document()) return document.file;
  }
  return file;
}

size_t Program::bytes() const noexcept {
  const auto size_of = [](const auto& list) { return list.capacity() * sizeof(list[0]); };
  size_t total = size_of(schemas) + size_of(patterns) + patterns.size() * sizeof(Pattern);
  for (const Schema& schema : schemas) {
    if (schema.object) {
      total += sizeof(ObjectRules) + schema.object->names.bytes() +
               size_of(schema.object->required) + size_of(schema.object->patterns) +
               size_of(schema.object->dependencies);
    }
    if (schema.array) total += sizeof(ArrayRules) + size_of(schema.array->prefix);
    if (schema.string) total += sizeof(StringRules);
    if (schema.number) total += sizeof(NumberRules);
    for (const auto* rule : {schema.enumeration.get(), schema.constant.get()}) {
      if (rule == nullptr) continue;
      total += sizeof(EnumRule) + size_of(rule->values) + size_of(rule->hashes);
    }
    if (schema.combination) {
      const Combination& parts = *schema.combination;
      total += sizeof(Combination) + size_of(parts.all_of) + size_of(parts.any_of) +
               size_of(parts.one_of);
      for (const auto* selector : {parts.any_selector.get(), parts.one_selector.get()}) {
        if (selector != nullptr) total += sizeof(Selector) + size_of(selector->texts);
      }
    }
    if (schema.dynamic) total += sizeof(DynamicReference) + size_of(schema.dynamic->candidates);
    total += size_of(schema.unsupported);
  }
  return total;
}

void NameTable::build(std::vector<KnownName> names) {
  names_ = std::move(names);
  if (names_.empty()) return;
  slots_.assign(std::bit_ceil(names_.size() * 2), kEmpty);
  const size_t mask = slots_.size() - 1;
  for (uint32_t i = 0; i < names_.size(); ++i) {
    names_[i].hash = json::hash_name(names_[i].name);
    size_t slot = json::spread_hash(names_[i].hash) & mask;
    while (slots_[slot] != kEmpty) slot = (slot + 1) & mask;
    slots_[slot] = i;
  }
}

void NumberRules::close() {
  const auto narrow = [this](const std::optional<json::Decimal>& bound, bool is_minimum, int step) {
    if (!bound) return true;
    const auto whole = bound->to_int64();
    // A bound between two whole numbers, or beyond 64 bits, is left to the exact comparison.
    constexpr int64_t kSafe = int64_t{1} << 62U;
    if (!whole || *whole > kSafe || *whole < -kSafe) return false;
    if (is_minimum) {
      whole_min = std::max(whole_min, *whole + step);
    } else {
      whole_max = std::min(whole_max, *whole - step);
    }
    return true;
  };
  const bool all_whole = narrow(minimum, true, 0) && narrow(maximum, false, 0) &&
                         narrow(exclusive_minimum, true, 1) && narrow(exclusive_maximum, false, 1);
  has_whole_range = all_whole && !multiple_of;
}

void EnumRule::index() {
  is_all_texts =
      std::all_of(values.begin(), values.end(), [](json::Value v) { return v.is_string(); });
  const bool is_long = values.size() > kEnumLinear;
  if (!is_all_texts && !is_long) return;
  hashes.reserve(values.size());
  for (uint32_t i = 0; i < values.size(); ++i) {
    hashes.emplace_back(is_all_texts ? json::hash_name(values[i].string()) : hash_value(values[i]),
                        i);
  }
  if (is_long) std::sort(hashes.begin(), hashes.end());
}

bool EnumRule::contains(json::Value value) const {
  if (is_all_texts) return value.is_string() && contains_text(value.string());
  if (hashes.empty()) {
    return std::any_of(values.begin(), values.end(),
                       [&](json::Value allowed) { return equal(allowed, value); });
  }
  const uint64_t hash = hash_value(value);
  auto entry = std::lower_bound(hashes.begin(), hashes.end(), std::pair{hash, uint32_t{0}});
  for (; entry != hashes.end() && entry->first == hash; ++entry) {
    if (equal(values[entry->second], value)) return true;
  }
  return false;
}

bool EnumRule::contains_text(std::string_view text) const {
  const uint64_t hash = json::hash_name(text);
  auto entry = hashes.begin();
  if (hashes.size() > kEnumLinear) {
    entry = std::lower_bound(hashes.begin(), hashes.end(), std::pair{hash, uint32_t{0}});
  }
  for (; entry != hashes.end(); ++entry) {
    if (entry->first != hash) {
      if (hashes.size() > kEnumLinear) return false;
      continue;
    }
    if (json::is_exact_hash(hash) || values[entry->second].string() == text) return true;
  }
  return false;
}

TypeMask possible_types(const Program& program, SchemaId id, int depth) noexcept {
  constexpr int kDepthMax = 16;  // beyond it (a cycle, or a strange contract) anything is possible
  if (id == kNoSchema || depth > kDepthMax) return types::kAny;
  const Schema& schema = program[id];
  if (schema.is_false) return 0;
  TypeMask mask = schema.types;
  const auto narrow_to = [&mask](TypeMask other) { mask = static_cast<TypeMask>(mask & other); };
  if (schema.ref != kNoSchema) narrow_to(possible_types(program, schema.ref, depth + 1));
  if (schema.dynamic && schema.dynamic->candidates.empty()) {
    narrow_to(possible_types(program, schema.dynamic->target, depth + 1));
  }
  if (schema.enumeration) narrow_to(types_of_values(*schema.enumeration));
  if (schema.constant) narrow_to(types_of_values(*schema.constant));
  if (schema.combination) {
    const Combination& parts = *schema.combination;
    for (const SchemaId part : parts.all_of) narrow_to(possible_types(program, part, depth + 1));
    narrow_to(any_of_types(program, parts.any_of, depth + 1));
    narrow_to(any_of_types(program, parts.one_of, depth + 1));
  }
  if (schema.allows_null) mask = static_cast<TypeMask>(mask | types::kNull);
  return mask;
}

}  // namespace faultline::contracts::json_schema
