// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/json/tape.h"
#include "rules/load_context.h"
#include "rules/schema.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rules {

template <typename T>
struct Range {
  T low;
  T high;
};

/// One mapping of the file, read by its rows of the field table. The constructor reports what is
/// wrong with the mapping as a whole: not a mapping, unknown keys, missing keys. Each getter
/// reports what is wrong with its value and then returns nothing, as it does for an absent key.
class ObjectReader {
 public:
  ObjectReader(LoadContext& context, json::Value value, std::string_view object);

  [[nodiscard]] bool has(std::string_view key) const noexcept;
  /// Members, known or not; 0 when it is no mapping.
  [[nodiscard]] size_t value_count() const noexcept { return is_object_ ? value_.size() : 0; }
  [[nodiscard]] bool is_object() const noexcept { return is_object_; }
  /// The place of the key's value, of the key itself, of the whole mapping.
  [[nodiscard]] SourceSpan value_span(std::string_view key) const noexcept;
  [[nodiscard]] SourceSpan key_span(std::string_view key) const noexcept;
  [[nodiscard]] SourceSpan span() const noexcept { return value_.span(); }
  [[nodiscard]] std::optional<json::Value> value(std::string_view key) const noexcept;

  [[nodiscard]] std::optional<Scalar> text(std::string_view key);
  [[nodiscard]] std::optional<std::string> name(std::string_view key);
  [[nodiscard]] std::optional<uint64_t> integer(std::string_view key, Range<uint64_t> range);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key);
  [[nodiscard]] std::optional<Duration> duration(std::string_view key, Range<Duration> range);
  [[nodiscard]] std::optional<uint64_t> byte_size(std::string_view key, Range<uint64_t> range);
  /// Bytes per second.
  [[nodiscard]] std::optional<uint64_t> byte_rate(std::string_view key, Range<uint64_t> range);
  /// The index of the word in the table's list.
  [[nodiscard]] std::optional<size_t> choice(std::string_view key);
  /// A list of texts; one text alone counts as a list where the table says so.
  [[nodiscard]] std::vector<Scalar> texts(std::string_view key);
  /// Indices of words in the table's list, without repetition.
  [[nodiscard]] std::vector<size_t> choices(std::string_view key);
  [[nodiscard]] std::vector<uint64_t> integers(std::string_view key, Range<uint64_t> range);
  [[nodiscard]] std::vector<std::pair<json::Value, Scalar>> text_map(std::string_view key);
  [[nodiscard]] std::optional<ObjectReader> object(std::string_view key);
  /// The elements of a list of mappings.
  [[nodiscard]] std::vector<json::Value> objects(std::string_view key);

  /// One duration, wherever it stands.
  [[nodiscard]] std::optional<Duration> read_duration(std::string_view key, json::Value value,
                                                      Range<Duration> range);
  /// Reports that the value of `key` has the wrong type.
  void wrong_type(std::string_view key, json::Value value);
  [[nodiscard]] LoadContext& context() noexcept { return *context_; }

 private:
  void check_keys();
  void report_unknown(const json::Member& member);
  void report_missing(const FieldInfo& field);
  [[nodiscard]] std::optional<Scalar> scalar(std::string_view key);
  [[nodiscard]] std::optional<uint64_t> read_integer(std::string_view key, json::Value value,
                                                     Range<uint64_t> range);
  [[nodiscard]] std::optional<size_t> read_choice(std::string_view key, json::Value value);

  LoadContext* context_;
  json::Value value_;
  std::string_view object_;
  bool is_object_ = false;
};

/// "a duration", "a list of names".
[[nodiscard]] std::string_view type_noun(FieldType type) noexcept;

/// The words of an Enumeration row.
[[nodiscard]] std::vector<std::string_view> words_of(const FieldInfo& field);

}  // namespace faultline::rules
