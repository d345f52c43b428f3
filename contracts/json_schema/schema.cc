// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/schema.h"

#include <algorithm>

namespace faultline::contracts::json_schema {
namespace {

constexpr size_t kEnumLinear = 8;

size_t bytes_of(const ObjectRules& rules) noexcept {
  size_t total = sizeof rules + rules.names.bytes() + rules.required.bytes() +
                 rules.patterns.bytes() + rules.dependencies.bytes();
  for (const Dependency& dependency : rules.dependencies) total += dependency.required.bytes();
  return total;
}

size_t bytes_of(const Combination& parts) noexcept {
  size_t total = sizeof parts + parts.all_of.bytes() + parts.any_of.bytes() + parts.one_of.bytes();
  for (const auto* selector : {parts.any_selector.get(), parts.one_selector.get()}) {
    if (selector != nullptr) total += sizeof *selector + selector->texts.bytes();
  }
  if (parts.discriminator) {
    const auto& branches = parts.discriminator->branches;
    total += sizeof *parts.discriminator + branches.capacity() * sizeof branches[0];
  }
  return total;
}

size_t bytes_of(const Schema& schema) noexcept {
  size_t total = schema.enums.bytes() + schema.unsupported.bytes();
  for (const EnumRule& rule : schema.enums) total += rule.values.bytes() + rule.hashes.bytes();
  if (schema.object) total += bytes_of(*schema.object);
  if (schema.array) total += sizeof(ArrayRules) + schema.array->prefix.bytes();
  if (schema.string) total += sizeof(StringRules);
  if (schema.number) total += sizeof(NumberRules) + schema.number->bounds.bytes();
  if (schema.combination) total += bytes_of(*schema.combination);
  if (schema.dynamic) {
    const auto& candidates = schema.dynamic->candidates;
    total += sizeof(DynamicReference) + candidates.capacity() * sizeof candidates[0];
  }
  return total;
}

}  // namespace

const SourceFilePtr& Program::file_of(json::Value source) const noexcept {
  for (const SchemaDocument& document : documents) {
    if (document.tree.get() == &source.document()) return document.file;
  }
  return file;
}

size_t Program::bytes() const noexcept {
  size_t total = schemas.capacity() * sizeof(Schema) + patterns.capacity() * sizeof(patterns[0]);
  for (const auto& pattern : patterns) total += sizeof(Pattern) + pattern->bytes();
  for (const Schema& schema : schemas) total += bytes_of(schema);
  return total;
}

std::string_view NumberBound::keyword() const noexcept {
  switch (kind) {
    case Kind::Minimum:
      return "minimum";
    case Kind::Maximum:
      return "maximum";
    case Kind::ExclusiveMinimum:
      return "exclusiveMinimum";
    case Kind::ExclusiveMaximum:
      return "exclusiveMaximum";
    case Kind::MultipleOf:
      return "multipleOf";
  }
  return "";
}

std::optional<bool> NumberBound::admits(const json::Decimal& number) const noexcept {
  switch (kind) {
    case Kind::Minimum:
      return number >= value;
    case Kind::Maximum:
      return number <= value;
    case Kind::ExclusiveMinimum:
      return number > value;
    case Kind::ExclusiveMaximum:
      return number < value;
    case Kind::MultipleOf:
      return number.is_multiple_of(value);
  }
  return std::nullopt;
}

void NumberRules::set(NumberBound::Kind kind, const json::Decimal& value) {
  const auto at = std::find_if(bounds.begin(), bounds.end(),
                               [kind](const NumberBound& bound) { return bound.kind == kind; });
  if (at != bounds.end()) {
    at->value = value;
    return;
  }
  bounds.push_back({kind, value});
  std::sort(bounds.begin(), bounds.end(),
            [](const NumberBound& a, const NumberBound& b) { return a.kind < b.kind; });
}

void NumberRules::make_exclusive(NumberBound::Kind kind) {
  using Kind = NumberBound::Kind;
  const Kind other = kind == Kind::ExclusiveMinimum ? Kind::Minimum : Kind::Maximum;
  for (NumberBound& bound : bounds) {
    if (bound.kind == other) bound.kind = kind;
  }
}

void NumberRules::close() {
  constexpr int64_t kSafe = int64_t{1} << 62U;
  for (const NumberBound& bound : bounds) {
    const auto whole = bound.value.to_int64();
    // A bound between two whole numbers, or beyond 64 bits, is left to the exact comparison.
    if (!whole || *whole > kSafe || *whole < -kSafe) return;
    switch (bound.kind) {
      case NumberBound::Kind::Minimum:
        whole_min = std::max(whole_min, *whole);
        break;
      case NumberBound::Kind::Maximum:
        whole_max = std::min(whole_max, *whole);
        break;
      case NumberBound::Kind::ExclusiveMinimum:
        whole_min = std::max(whole_min, *whole + 1);
        break;
      case NumberBound::Kind::ExclusiveMaximum:
        whole_max = std::min(whole_max, *whole - 1);
        break;
      case NumberBound::Kind::MultipleOf:
        return;
    }
  }
  has_whole_range = true;
}

void EnumRule::index() {
  is_all_texts =
      std::all_of(values.begin(), values.end(), [](json::Value v) { return v.is_string(); });
  const bool is_long = values.size() > kEnumLinear;
  if (!is_all_texts && !is_long) return;
  std::vector<std::pair<uint64_t, uint32_t>> found;
  found.reserve(values.size());
  for (uint32_t i = 0; i < values.size(); ++i) {
    found.emplace_back(is_all_texts ? json::hash_name(values[i].string()) : hash_value(values[i]),
                       i);
  }
  if (is_long) std::sort(found.begin(), found.end());
  hashes = std::move(found);
}

std::optional<uint32_t> EnumRule::find_text(std::string_view text) const {
  const uint64_t hash = json::hash_name(text);
  const auto* entry = hashes.begin();
  if (hashes.size() > kEnumLinear) {
    entry = std::lower_bound(hashes.begin(), hashes.end(), std::pair{hash, uint32_t{0}});
  }
  for (; entry != hashes.end(); ++entry) {
    if (entry->first != hash) {
      if (hashes.size() > kEnumLinear) return std::nullopt;
      continue;
    }
    if (json::is_exact_hash(hash) || values[entry->second].string() == text) return entry->second;
  }
  return std::nullopt;
}

std::optional<uint32_t> EnumRule::find(json::Value value) const {
  if (is_all_texts) return value.is_string() ? find_text(value.string()) : std::nullopt;
  if (hashes.empty()) {
    for (uint32_t i = 0; i < values.size(); ++i) {
      if (equal(values[i], value)) return i;
    }
    return std::nullopt;
  }
  const uint64_t hash = hash_value(value);
  const auto* entry = std::lower_bound(hashes.begin(), hashes.end(), std::pair{hash, uint32_t{0}});
  for (; entry != hashes.end() && entry->first == hash; ++entry) {
    if (equal(values[entry->second], value)) return entry->second;
  }
  return std::nullopt;
}

}  // namespace faultline::contracts::json_schema
