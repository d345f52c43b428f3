// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/object_reader.h"

#include "proxy/base/assert.h"
#include "proxy/base/text.h"
#include "proxy/base/units.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

std::string_view kind_noun(json::Kind kind) {
  switch (kind) {
    case json::Kind::Null:
      return "nothing";
    case json::Kind::Bool:
      return "true or false";
    case json::Kind::Number:
      return "a number";
    case json::Kind::String:
      return "a text";
    case json::Kind::Array:
      return "a list";
    case json::Kind::Object:
      return "a mapping";
  }
  return "something else";
}

std::string range_text(Range<uint64_t> range) {
  if (range.high == UINT64_MAX) return fmt::format("at least {}", range.low);
  return fmt::format("{} to {}", range.low, range.high);
}

const FieldInfo& row(std::string_view object, std::string_view key) {
  const auto* field = find_field(object, key);
  FL_ASSERT(field != nullptr);
  return *field;
}

}  // namespace

std::string_view type_noun(FieldType type) noexcept {
  switch (type) {
    case FieldType::Text:
      return "a text";
    case FieldType::Name:
      return "a name";
    case FieldType::Integer:
      return "a whole number";
    case FieldType::Boolean:
      return "true or false";
    case FieldType::Decimal:
      return "a number";
    case FieldType::Duration:
      return "a duration";
    case FieldType::ByteSize:
      return "a size";
    case FieldType::Rate:
      return "a rate";
    case FieldType::Probability:
      return "a probability";
    case FieldType::Address:
      return "an address";
    case FieldType::Upstream:
      return "an upstream";
    case FieldType::PathTemplate:
      return "a path";
    case FieldType::Pointer:
      return "a JSON pointer";
    case FieldType::Comparison:
      return "a comparison";
    case FieldType::MediaType:
      return "a media type";
    case FieldType::Enumeration:
      return "one of its words";
    case FieldType::Texts:
      return "a list of texts";
    case FieldType::Enumerations:
      return "a list of words";
    case FieldType::Integers:
      return "a whole number or a list of them";
    case FieldType::TextOrTexts:
      return "a text or a list of texts";
    case FieldType::Statuses:
      return "a status or a list of them";
    case FieldType::DurationPair:
      return "a list of two durations";
    case FieldType::Durations:
      return "a list of durations";
    case FieldType::TextMap:
      return "a mapping of texts";
    case FieldType::Scope:
      return "a word or { header: NAME }";
    case FieldType::Object:
      return "a mapping";
    case FieldType::Objects:
      return "a list of mappings";
  }
  return "a value";
}

std::vector<std::string_view> words_of(const FieldInfo& field) { return split(field.of, '|'); }

ObjectReader::ObjectReader(LoadContext& context, json::Value value, std::string_view object)
    : context_(&context), value_(value), object_(object), is_object_(value.is_object()) {
  if (is_object_) {
    check_keys();
    return;
  }
  const auto& info = object_info(object);
  context.error("FL0102", value.span(),
                fmt::format("{} must be a mapping, not {}", info.title, kind_noun(value.kind())),
                std::string(kind_noun(value.kind())));
}

void ObjectReader::check_keys() {
  const auto fields = fields_of(object_);
  const auto is_known = [fields](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(),
                       [name](const FieldInfo& field) { return field.key == name; });
  };
  for (const auto& member : value_.members()) {
    if (!is_known(member.name())) report_unknown(member);
  }
  for (const auto& field : fields) {
    if (field.required && !has(field.key)) report_missing(field);
  }
}

void ObjectReader::report_unknown(const json::Member& member) {
  const auto& info = object_info(object_);
  std::vector<std::string_view> known;
  for (const auto& field : fields_of(object_)) known.push_back(field.key);
  auto& d = context_->error("FL0104", member.key.span(),
                            fmt::format("unknown key '{}' in {}", member.name(), info.title),
                            fmt::format("not a {}", info.noun));
  d.notes.push_back(fmt::format("{} are {}", info.plural, joined(known)));
  suggest(d, member.name(), known);
}

void ObjectReader::report_missing(const FieldInfo& field) {
  auto& d =
      context_->error("FL0103", value_.span(),
                      fmt::format("missing key '{}' in {}", field.key, object_info(object_).title),
                      fmt::format("needs '{}'", field.key));
  const auto words = field.type == FieldType::Enumeration ? words_of(field).front() : "...";
  d.help = fmt::format("add {}: {}", field.key, field.example.empty() ? words : field.example);
}

std::optional<json::Value> ObjectReader::value(std::string_view key) const noexcept {
  return is_object_ ? value_.find(key) : std::nullopt;
}

bool ObjectReader::has(std::string_view key) const noexcept { return value(key).has_value(); }

SourceSpan ObjectReader::value_span(std::string_view key) const noexcept {
  const auto found = value(key);
  return found ? found->span() : span();
}

SourceSpan ObjectReader::key_span(std::string_view key) const noexcept {
  if (!is_object_) return span();
  for (const auto& member : value_.members()) {
    if (member.name() == key) return member.key.span();
  }
  return span();
}

void ObjectReader::wrong_type(std::string_view key, json::Value value) {
  const auto& field = row(object_, key);
  auto& d =
      context_->error("FL0102", value.span(),
                      fmt::format("'{}' in {} must be {}, not {}", key, object_info(object_).title,
                                  type_noun(field.type), kind_noun(value.kind())),
                      std::string(kind_noun(value.kind())));
  if (!field.example.empty()) d.help = fmt::format("write {}: {}", key, field.example);
}

std::optional<Scalar> ObjectReader::scalar(std::string_view key) {
  const auto found = value(key);
  if (!found) return std::nullopt;
  if (found->is_array() || found->is_object() || found->is_null()) {
    wrong_type(key, *found);
    return std::nullopt;
  }
  return context_->scalar(*found);
}

std::optional<Scalar> ObjectReader::text(std::string_view key) { return scalar(key); }

std::optional<std::string> ObjectReader::name(std::string_view key) {
  // A rule's name may have slashes: packs put theirs before it.
  const bool is_rule = object_ == "rule";
  const size_t limit = is_rule ? 128 : 64;
  auto scalar = this->scalar(key);
  if (!scalar) return std::nullopt;
  const auto is_allowed = [is_rule](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '.' || c == '_' || c == '-' ||
           (is_rule && c == '/');
  };
  const auto& text = scalar->text;
  if (!text.empty() && text.size() <= limit && std::all_of(text.begin(), text.end(), is_allowed)) {
    return std::move(scalar->text);
  }
  auto& d = context_->error("FL0112", *scalar, fmt::format("{} is not a name", scalar->shown()),
                            "not a name");
  d.notes.push_back(fmt::format("names have 1 to {} letters, digits, '.', '_'{}", limit,
                                is_rule ? ", '-' or '/'" : " or '-'"));
  return std::nullopt;
}

std::optional<uint64_t> ObjectReader::read_integer(std::string_view key, json::Value value,
                                                   Range<uint64_t> range) {
  const auto scalar =
      value.is_number() || value.is_string() ? context_->scalar(value) : std::optional<Scalar>();
  const bool is_literal_text = scalar && scalar->is_string && scalar->variable.empty();
  if (!value.is_number() && (!value.is_string() || is_literal_text)) {
    wrong_type(key, value);
    return std::nullopt;
  }
  if (!scalar) return std::nullopt;
  const auto number = parse_u64(scalar->text);
  if (number && *number >= range.low && *number <= range.high) return number;
  auto& d = context_->error(
      "FL0107", *scalar,
      fmt::format("'{}' must be {}, not {}", key, range_text(range), scalar->shown()),
      number ? "out of range" : "not a whole number");
  if (!number && row(object_, key).type == FieldType::Integer) {
    d.help = fmt::format("write {}: {}", key, row(object_, key).example);
  }
  return std::nullopt;
}

std::optional<uint64_t> ObjectReader::integer(std::string_view key, Range<uint64_t> range) {
  const auto found = value(key);
  return found ? read_integer(key, *found, range) : std::nullopt;
}

std::vector<uint64_t> ObjectReader::integers(std::string_view key, Range<uint64_t> range) {
  std::vector<uint64_t> numbers;
  const auto found = value(key);
  if (!found) return numbers;
  if (!found->is_array()) {
    if (const auto number = read_integer(key, *found, range)) numbers.push_back(*number);
    return numbers;
  }
  for (const auto element : found->elements()) {
    if (const auto number = read_integer(key, element, range)) numbers.push_back(*number);
  }
  return numbers;
}

std::optional<bool> ObjectReader::boolean(std::string_view key) {
  const auto found = value(key);
  if (!found) return std::nullopt;
  if (found->is_bool()) return found->boolean();
  if (found->is_string()) {
    const auto scalar = context_->scalar(*found);
    if (!scalar) return std::nullopt;
    if (!scalar->variable.empty() && scalar->text == "true") return true;
    if (!scalar->variable.empty() && scalar->text == "false") return false;
  }
  wrong_type(key, *found);
  return std::nullopt;
}

std::optional<Duration> ObjectReader::read_duration(std::string_view key, json::Value value,
                                                    Range<Duration> range) {
  if (value.is_array() || value.is_object() || value.is_null()) {
    wrong_type(key, value);
    return std::nullopt;
  }
  const auto scalar = context_->scalar(value);
  if (!scalar) return std::nullopt;
  const auto duration = parse_duration(scalar->text);
  if (!duration) {
    auto& d =
        context_->error("FL0106", *scalar, fmt::format("{} is not a duration", scalar->shown()),
                        value.is_number() ? "the unit is missing" : "not a duration");
    d.help = "write 250ms, 1.5s or 2m";
    return std::nullopt;
  }
  if (*duration >= range.low && *duration <= range.high) return *duration;
  context_->error("FL0107", *scalar,
                  fmt::format("'{}' must be {} to {}, not {}", key, format_duration(range.low),
                              format_duration(range.high), scalar->shown()),
                  "out of range");
  return std::nullopt;
}

std::optional<Duration> ObjectReader::duration(std::string_view key, Range<Duration> range) {
  const auto found = value(key);
  return found ? read_duration(key, *found, range) : std::nullopt;
}

std::optional<uint64_t> ObjectReader::byte_size(std::string_view key, Range<uint64_t> range) {
  const auto scalar = this->scalar(key);
  if (!scalar) return std::nullopt;
  const auto size = parse_byte_size(scalar->text);
  if (!size) {
    auto& d = context_->error("FL0106", *scalar, fmt::format("{} is not a size", scalar->shown()),
                              "not a size");
    d.help = "write 512B, 64KiB or 1MiB";
    return std::nullopt;
  }
  if (*size >= range.low && *size <= range.high) return *size;
  context_->error("FL0107", *scalar,
                  fmt::format("'{}' must be {} to {}, not {}", key, format_byte_size(range.low),
                              format_byte_size(range.high), scalar->shown()),
                  "out of range");
  return std::nullopt;
}

std::optional<uint64_t> ObjectReader::byte_rate(std::string_view key, Range<uint64_t> range) {
  const auto scalar = this->scalar(key);
  if (!scalar) return std::nullopt;
  constexpr std::string_view kUnit = "/s";
  const std::string_view text = scalar->text;
  const auto rate =
      parse_byte_size(text.ends_with(kUnit) ? text.substr(0, text.size() - kUnit.size()) : "");
  if (!rate) {
    auto& d = context_->error("FL0106", *scalar, fmt::format("{} is not a rate", scalar->shown()),
                              "not a rate");
    d.help = "write 64KiB/s or 1MB/s";
    return std::nullopt;
  }
  if (*rate >= range.low && *rate <= range.high) return *rate;
  context_->error("FL0107", *scalar,
                  fmt::format("'{}' must be {}/s to {}/s, not {}", key, format_byte_size(range.low),
                              format_byte_size(range.high), scalar->shown()),
                  "out of range");
  return std::nullopt;
}

std::optional<size_t> ObjectReader::read_choice(std::string_view key, json::Value value) {
  const auto words = words_of(row(object_, key));
  std::optional<Scalar> scalar;
  if (value.is_null() && value.span().length > 0) {
    // `null` is a word like any other where the table lists it.
    scalar = Scalar{"null", value.span(), {}, true, false};
  } else if (value.is_string()) {
    scalar = context_->scalar(value);
    if (!scalar) return std::nullopt;
  }
  if (!scalar) {
    wrong_type(key, value);
    return std::nullopt;
  }
  const auto at = std::find(words.begin(), words.end(), scalar->text);
  if (at != words.end()) return static_cast<size_t>(at - words.begin());
  auto& d = context_->error("FL0105", *scalar,
                            fmt::format("unknown value {} for '{}'", scalar->shown(), key),
                            fmt::format("not a value of '{}'", key));
  d.notes.push_back(fmt::format("values of '{}' are {}", key, joined(words)));
  suggest(d, scalar->text, words);
  return std::nullopt;
}

std::optional<size_t> ObjectReader::choice(std::string_view key) {
  const auto found = value(key);
  return found ? read_choice(key, *found) : std::nullopt;
}

std::vector<size_t> ObjectReader::choices(std::string_view key) {
  std::vector<size_t> indices;
  const auto found = value(key);
  if (!found) return indices;
  if (!found->is_array()) {
    wrong_type(key, *found);
    return indices;
  }
  for (const auto element : found->elements()) {
    const auto index = read_choice(key, element);
    if (index && std::find(indices.begin(), indices.end(), *index) == indices.end()) {
      indices.push_back(*index);
    }
  }
  return indices;
}

std::vector<Scalar> ObjectReader::texts(std::string_view key) {
  std::vector<Scalar> texts;
  const auto found = value(key);
  if (!found) return texts;
  const bool one_is_enough = row(object_, key).type == FieldType::TextOrTexts ||
                             row(object_, key).type == FieldType::Statuses;
  if (!found->is_array()) {
    if (!one_is_enough || found->is_object() || found->is_null()) {
      wrong_type(key, *found);
    } else if (auto scalar = context_->scalar(*found)) {
      texts.push_back(std::move(*scalar));
    }
    return texts;
  }
  if (one_is_enough && found->size() == 0) {
    auto& d = context_->error("FL0119", found->span(), fmt::format("'{}' is an empty list", key),
                              "nothing would match");
    d.help = fmt::format("leave '{}' out to take all", key);
  }
  for (const auto element : found->elements()) {
    if (element.is_array() || element.is_object() || element.is_null()) {
      wrong_type(key, element);
    } else if (auto scalar = context_->scalar(element)) {
      texts.push_back(std::move(*scalar));
    }
  }
  return texts;
}

std::vector<std::pair<json::Value, Scalar>> ObjectReader::text_map(std::string_view key) {
  std::vector<std::pair<json::Value, Scalar>> entries;
  const auto found = value(key);
  if (!found) return entries;
  if (!found->is_object()) {
    wrong_type(key, *found);
    return entries;
  }
  for (const auto& member : found->members()) {
    if (member.value.is_array() || member.value.is_object() || member.value.is_null()) {
      context_->error("FL0102", member.value.span(),
                      fmt::format("'{}' in {} must be a text, not {}", member.name(), key,
                                  kind_noun(member.value.kind())),
                      std::string(kind_noun(member.value.kind())));
    } else if (auto scalar = context_->scalar(member.value)) {
      entries.emplace_back(member.key, std::move(*scalar));
    }
  }
  return entries;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view key) {
  const auto found = value(key);
  if (!found || found->is_null()) return std::nullopt;
  const auto& field = row(object_, key);
  // A scope lists its words there; as an object it has the key's own name.
  return ObjectReader(*context_, *found, field.type == FieldType::Object ? field.of : key);
}

std::vector<json::Value> ObjectReader::objects(std::string_view key) {
  std::vector<json::Value> values;
  const auto found = value(key);
  if (!found || found->is_null()) return values;
  if (!found->is_array()) {
    wrong_type(key, *found);
    return values;
  }
  for (const auto element : found->elements()) values.push_back(element);
  return values;
}

}  // namespace faultline::rules
