// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/key_index.h"

#include "proxy/base/text.h"
#include "rules/text_predicates.h"

#include <algorithm>
#include <utility>

namespace faultline::rules {
namespace {

// FNV-1a a byte at a time: texts are short, and decoded or folded on the way. Nobody can flood the
// table: its keys come from the configuration.
class Hasher {
 public:
  Hasher() = default;
  explicit Hasher(uint64_t state) noexcept : state_(state) {}
  void add(char c) noexcept { state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U; }
  void add(std::string_view text) noexcept {
    for (const char c : text) add(c);
  }
  void add_lower(std::string_view text) noexcept {
    for (const char c : text) add(ascii_lower(c));
  }
  void add_decoded(std::string_view raw) noexcept {
    for (DecodedText text(raw); !text.at_end();) add(text.next());
  }
  /// Never 0, which marks a free slot.
  [[nodiscard]] uint64_t value() const noexcept { return state_ | 1U; }

 private:
  uint64_t state_ = 0xCBF29CE484222325U;
};

Hasher header_name(std::string_view name) noexcept {
  Hasher hasher;
  hasher.add('h');
  hasher.add_lower(name);
  return hasher;
}

// Begins the value that belongs to a name, after a byte that parts the two.
Hasher value_of(uint64_t name) noexcept {
  Hasher hasher(name);
  hasher.add('\n');
  return hasher;
}

enum class TypeKey : char { Exact = 't', Range = 'r', Any = 'a' };

uint64_t type_hash(TypeKey key, std::string_view text) noexcept {
  Hasher hasher;
  hasher.add(static_cast<char>(key));
  hasher.add_lower(text);
  return hasher.value();
}

uint64_t size_bit(size_t size) noexcept { return uint64_t{1} << std::min<size_t>(size, 63); }

// The most bytes that a query text of `size` takes when all of it is written as %XX.
size_t encoded_max(size_t size) noexcept { return size * 3; }

MatchKey text_key(MatchKey::Kind kind, const TextMatch& text, uint64_t name) noexcept {
  MatchKey key{.kind = kind, .name = name, .hash = name, .name_size = text.name.size()};
  if (!text.value) return key;
  Hasher value = value_of(name);
  value.add(*text.value);
  key.has_value = true;
  key.hash = value.value();
  key.value_size = text.value->size();
  return key;
}

}  // namespace

MatchKey header_key(const TextMatch& header) noexcept {
  return text_key(MatchKey::Kind::Header, header, header_name(header.name).value());
}

MatchKey query_key(const TextMatch& parameter) noexcept {
  Hasher name;
  name.add('q');
  name.add(parameter.name);
  return text_key(MatchKey::Kind::Query, parameter, name.value());
}

MatchKey media_type_key(std::string_view wanted) noexcept {
  const auto range = range_of(wanted);
  uint64_t hash = type_hash(TypeKey::Exact, wanted);
  if (wanted == "*/*") hash = type_hash(TypeKey::Any, {});
  if (!range.empty()) hash = type_hash(TypeKey::Range, range);
  return {.kind = MatchKey::Kind::MediaType, .name = hash, .hash = hash};
}

void KeyIndex::add(const MatchKey& key, const Candidate& candidate) {
  slot_for(key.hash).candidates.add(candidate);
  if (key.has_value) slot_for(key.name).has_values = true;
  switch (key.kind) {
    case MatchKey::Kind::Header:
      header_name_sizes_ |= size_bit(key.name_size);
      header_value_max_ = std::max(header_value_max_, key.value_size);
      break;
    case MatchKey::Kind::Query:
      has_query_ = true;
      query_name_max_ = std::max(query_name_max_, encoded_max(key.name_size));
      query_value_max_ = std::max(query_value_max_, encoded_max(key.value_size));
      break;
    case MatchKey::Kind::MediaType:
      has_media_types_ = true;
      break;
  }
}

KeyIndex::Slot& KeyIndex::slot_for(uint64_t hash) {
  if ((used_ + 1) * 2 > slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  size_t at = (hash >> 1U) & mask;
  while (slots_[at].hash != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
  if (slots_[at].hash == 0) ++used_;
  slots_[at].hash = hash;
  return slots_[at];
}

void KeyIndex::grow() {
  auto old = std::exchange(slots_, std::vector<Slot>(std::max<size_t>(8, slots_.size() * 2)));
  used_ = 0;
  for (auto& slot : old) {
    if (slot.hash != 0) slot_for(slot.hash) = std::move(slot);
  }
}

const KeyIndex::Slot* KeyIndex::find(uint64_t hash) const noexcept {
  const size_t mask = slots_.size() - 1;
  for (size_t at = (hash >> 1U) & mask; slots_[at].hash != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash) return &slots_[at];
  }
  return nullptr;
}

void KeyIndex::Nominees::add(const Candidates& candidates) {
  if ((candidates.methods & method_bit) == 0) return;
  for (const auto& candidate : candidates.list) {
    if ((candidate.methods & method_bit) == 0) continue;
    // A rule has one place here: when it is there already, so are the others of the place. Without
    // this a query that repeats itself would have its rules looked at as often.
    if (std::find(out.begin(), out.end(), candidate.rule) != out.end()) return;
    out.push_back(candidate.rule);
  }
}

void KeyIndex::nominate(const RequestFacts& request, std::string_view query, uint64_t method_bit,
                        std::vector<uint32_t>& out) const {
  Nominees nominees{method_bit, out};
  if (header_name_sizes_ != 0) nominate_by_fields(request.fields, nominees);
  if (has_query_ && !query.empty()) nominate_by_query(query, nominees);
  if (has_media_types_) nominate_by_type(request.fields, nominees);
}

void KeyIndex::nominate_by_fields(const FieldLookup& fields, Nominees& nominees) const {
  fields.each([&](std::string_view name, std::string_view value) {
    if ((header_name_sizes_ & size_bit(name.size())) == 0) return;
    const auto* slot = find(header_name(name).value());
    if (slot == nullptr) return;
    nominees.add(slot->candidates);
    if (!slot->has_values || value.size() > header_value_max_) return;
    Hasher whole = value_of(slot->hash);
    whole.add(value);
    const auto* valued = find(whole.value());
    if (valued != nullptr) nominees.add(valued->candidates);
  });
}

void KeyIndex::nominate_by_query(std::string_view query, Nominees& nominees) const {
  any_query_parameter(query, [&](std::string_view name, std::string_view value) {
    if (name.size() > query_name_max_) return false;
    Hasher hasher;
    hasher.add('q');
    hasher.add_decoded(name);
    const auto* slot = find(hasher.value());
    if (slot == nullptr) return false;
    nominees.add(slot->candidates);
    if (!slot->has_values || value.size() > query_value_max_) return false;
    Hasher whole = value_of(slot->hash);
    whole.add_decoded(value);
    const auto* valued = find(whole.value());
    if (valued != nullptr) nominees.add(valued->candidates);
    return false;
  });
}

void KeyIndex::nominate_by_type(const FieldLookup& fields, Nominees& nominees) const {
  const auto field = fields.find("content-type");
  if (!field) return;
  const auto type = media_type_of(*field);
  const auto add = [&](uint64_t hash) {
    const auto* slot = find(hash);
    if (slot != nullptr) nominees.add(slot->candidates);
  };
  add(type_hash(TypeKey::Exact, type));
  add(type_hash(TypeKey::Range, type.substr(0, type.find('/'))));
  add(type_hash(TypeKey::Any, {}));
}

}  // namespace faultline::rules
