// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

// Parameters of requests and headers of responses.
namespace faultline::contracts::openapi {
namespace {

namespace types = json_schema::types;
using json_schema::TypeMask;

constexpr TypeMask kScalars = types::kNumber | types::kBoolean | types::kString | types::kNull;

Location location_of(ParameterIn in) noexcept {
  switch (in) {
    case ParameterIn::Path:
      return Location::Path;
    case ParameterIn::Query:
      return Location::Query;
    case ParameterIn::Header:
      return Location::Header;
    case ParameterIn::Cookie:
      return Location::Cookie;
  }
  return Location::Message;
}

bool is_list(const Parameter& parameter) noexcept {
  return (parameter.types & types::kArray) != 0 &&
         (parameter.types & (kScalars & ~types::kNull)) == 0;
}

bool is_object(const Parameter& parameter) noexcept {
  return (parameter.types & types::kObject) != 0 &&
         (parameter.types & (kScalars & ~types::kNull)) == 0 &&
         (parameter.types & types::kArray) == 0;
}

/// form and explode: the parameter's own name never appears, its properties are keys of their own.
bool is_spread(const Parameter& parameter) noexcept {
  return is_object(parameter) && parameter.style == Style::Form && parameter.explode &&
         !parameter.is_json && parameter.not_checked.empty();
}

/// Splits at any of the separators, which stand before percent-decoding: an encoded comma inside an
/// item is data.
std::vector<std::string_view> split_raw(std::string_view raw,
                                        const std::vector<std::string_view>& separators) {
  std::vector<std::string_view> items;
  size_t start = 0;
  for (size_t at = 0; at <= raw.size(); ++at) {
    const auto separator = std::find_if(
        separators.begin(), separators.end(),
        [&](std::string_view candidate) { return raw.substr(at).starts_with(candidate); });
    if (at == raw.size()) {
      items.push_back(raw.substr(start));
    } else if (separator != separators.end()) {
      items.push_back(raw.substr(start, at - start));
      start = at + separator->size();
      at = start - 1;
    }
  }
  return items;
}

std::vector<std::string_view> separators_of(Style style) {
  switch (style) {
    case Style::SpaceDelimited:
      return {"%20", "+", " "};
    case Style::PipeDelimited:
      return {"|", "%7C", "%7c"};
    default:
      return {","};
  }
}

}  // namespace

void Checker::check_request() {
  std::vector<Pair> query;
  if (!target_.query.empty()) query = parse_pairs(target_.query);
  if (operation_->has_unread_parameters) skip("keyword:$ref");
  for (const Parameter& parameter : operation_->parameters) check_parameter(parameter, query);
  if (!query.empty()) check_undocumented_query(query);
  check_request_body();
}

void Checker::check_parameter(const Parameter& parameter, const std::vector<Pair>& pairs) {
  switch (parameter.in) {
    case ParameterIn::Path:
      return check_path(parameter);
    case ParameterIn::Query:
      return check_query(parameter, pairs);
    case ParameterIn::Header:
      return check_header(parameter);
    case ParameterIn::Cookie: {
      const FieldView* cookie = message_.find("cookie");
      return check_query(parameter,
                         cookie == nullptr ? std::vector<Pair>() : parse_cookies(cookie->value));
    }
  }
}

void Checker::report_missing(const Parameter& parameter) {
  Violation& violation = add({location_of(parameter.in), parameter.name, &parameter.place},
                             "required", FindingClass::Violation, Severity::Error);
  violation.expected = "{\"required\":true}";
  violation.actual = "{\"present\":false}";
}

void Checker::check_path(const Parameter& parameter) {
  const auto& names = operation_->path_names;
  const auto name = std::find(names.begin(), names.end(), parameter.name);
  const auto position = static_cast<size_t>(name - names.begin());
  if (name == names.end() || position >= path_values_.size()) return;
  check_texts(parameter, {path_values_[position]});
}

void Checker::check_query(const Parameter& parameter, const std::vector<Pair>& pairs) {
  if (is_object(parameter) && parameter.not_checked.empty() && !parameter.is_json) {
    return check_form_object(parameter, pairs);
  }
  std::vector<std::string_view> values;
  const std::string prefix = parameter.name + "[";
  bool has_nested = false;
  for (const Pair& pair : pairs) {
    if (pair.name == parameter.name) values.push_back(pair.raw);
    has_nested = has_nested || pair.name.starts_with(prefix);
  }
  if (parameter.style == Style::DeepObject) {
    if (has_nested) return skip(parameter.not_checked);
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (values.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  const bool is_empty = values.size() == 1 && values[0].empty();
  if (is_empty && parameter.allows_empty) return;
  check_texts(parameter, values);
}

void Checker::check_form_object(const Parameter& parameter, const std::vector<Pair>& pairs) {
  if (!is_spread(parameter)) {
    for (const Pair& pair : pairs) {
      if (pair.name == parameter.name) return skip("parameter-style:object");
    }
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  std::vector<const Pair*> own;
  for (const Pair& pair : pairs) {
    const bool is_other = std::any_of(
        operation_->parameters.begin(), operation_->parameters.end(), [&](const Parameter& other) {
          return &other != &parameter && other.in == parameter.in && other.name == pair.name;
        });
    if (!is_other && reader_.has_property(parameter.schema.id, pair.name)) own.push_back(&pair);
  }
  if (own.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  check_document(parameter, reader_.object(own, parameter.schema.id), target_.query);
}

void Checker::check_header(const Parameter& parameter) {
  // Repeated fields mean one list (RFC 9110 5.3), except Set-Cookie, whose lines stand alone.
  std::vector<std::string_view> lines;
  for (const FieldView& field : message_.fields) {
    if (iequals(field.name, parameter.name)) lines.push_back(trim(field.value));
  }
  if (lines.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (lines.size() == 1 || iequals(parameter.name, "set-cookie")) {
    for (const std::string_view line : lines) check_texts(parameter, {line});
    return;
  }
  std::string joined(lines[0]);
  for (size_t i = 1; i < lines.size(); ++i) joined.append(", ").append(lines[i]);
  check_texts(parameter, {joined});
}

std::string Checker::decode(const Parameter& parameter, std::string_view raw) const {
  if (parameter.in == ParameterIn::Header) return std::string(trim(raw));
  return percent_decode(raw, parameter.in == ParameterIn::Query);
}

/// `raw` holds each occurrence of the parameter.
void Checker::check_texts(const Parameter& parameter, const std::vector<std::string_view>& raw) {
  if (!parameter.not_checked.empty()) return skip(parameter.not_checked);
  if (parameter.schema.id == json_schema::kNoSchema) return;
  const SchemaId schema = parameter.schema.id;
  if (parameter.is_json) {
    const std::string text = decode(parameter, raw.front());
    const auto document = json::Document::parse(text);
    if (document) return check_document(parameter, *document, text);
    Violation& violation = add({location_of(parameter.in), parameter.name, &parameter.place},
                               "syntax", FindingClass::Violation, Severity::Error);
    violation.expected = "{\"content\":\"json\"}";
    violation.actual = "{\"error\":" + json_quote(document.error().message) + "}";
    violation.raw_value = text.substr(0, 256);
    return;
  }
  if (is_object(parameter)) return skip("parameter-style:object");
  const bool is_repeated = parameter.style == Style::Form && parameter.explode;
  if (is_list(parameter) || (raw.size() > 1 && (parameter.types & types::kArray) != 0)) {
    std::vector<std::string> items;
    for (const std::string_view occurrence : raw) {
      const auto parts = is_repeated ? std::vector{occurrence}
                                     : split_raw(occurrence, separators_of(parameter.style));
      for (const std::string_view part : parts) items.push_back(decode(parameter, part));
    }
    return check_document(parameter, reader_.list(items, schema), raw.front());
  }
  // Of a value given twice each must fit: what counts is up to the server.
  for (const std::string_view occurrence : raw) {
    check_document(parameter, reader_.scalar(decode(parameter, occurrence), schema), occurrence);
  }
}

void Checker::check_document(const Parameter& parameter, const json::Document& document,
                             std::string_view text) {
  const SchemaUse& use = parameter.schema;
  const json::Value value = document.root();
  const auto outcome = json_schema::verdict(model_.program, use.id, value, message_.direction);
  if (outcome == json_schema::Outcome::Valid) return;
  json_schema::Report report;
  json_schema::collect(model_.program, use.id, value, message_.direction, report);
  add_schema_errors(report, use, {location_of(parameter.in), parameter.name, &parameter.place},
                    text);
}

void Checker::check_undocumented_query(const std::vector<Pair>& pairs) {
  if (operation_->has_unread_parameters) return;
  const auto is_known = [&](const std::string& name) {
    const auto& keys = model_.security_query;
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) return true;
    return std::any_of(operation_->parameters.begin(), operation_->parameters.end(),
                       [&](const Parameter& known) {
                         if (known.in != ParameterIn::Query) return false;
                         if (known.style == Style::DeepObject) {
                           return name.starts_with(known.name + "[");
                         }
                         if (is_spread(known)) return reader_.has_property(known.schema.id, name);
                         return known.name == name;
                       });
  };
  std::vector<std::string_view> told;
  for (const Pair& pair : pairs) {
    if (is_known(pair.name)) continue;
    if (std::find(told.begin(), told.end(), pair.name) != told.end()) continue;
    if (told.size() == limits::kViolationsPerMessage) {
      ++result_.violations_left_out;  // at least one more; counting them all would cost n^2
      break;
    }
    told.push_back(pair.name);
    Violation& violation = add({Location::Query, pair.name, &operation_->place}, "undocumented",
                               FindingClass::Undocumented, Severity::Note);
    violation.expected = "{\"documented\":true}";
    violation.actual = "{\"documented\":false}";
    violation.raw_value = pair.raw.substr(0, 256);
  }
}

}  // namespace faultline::contracts::openapi
