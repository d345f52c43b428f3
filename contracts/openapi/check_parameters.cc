// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

// Parameters of requests and headers of responses.
namespace faultline::contracts::openapi {
namespace {

namespace types = json_schema::types;

Location location_of(ParameterIn in) noexcept {
  switch (in) {
    case ParameterIn::Path:
      return Location::Path;
    case ParameterIn::Query:
    case ParameterIn::QueryString:
      return Location::Query;
    case ParameterIn::Header:
      return Location::Header;
    case ParameterIn::Cookie:
      return Location::Cookie;
    case ParameterIn::Form:
      return Location::Body;
  }
  return Location::Message;
}

/// Where a form field is in the body: a pointer, as everywhere in bodies.
std::string name_of(const Parameter& parameter) {
  return parameter.in == ParameterIn::Form ? "/" + json::escape_token(parameter.name)
                                           : parameter.name;
}

/// form and explode: the parameter's own name never appears, its properties are keys of their own.
bool is_spread(const Parameter& parameter) noexcept {
  return is_object_only(parameter.types) && parameter.explode &&
         parameter.form == TextForm::Styled &&
         (parameter.style == Style::Form || parameter.style == Style::Cookie) &&
         parameter.not_checked.empty();
}

std::string_view style_name(Style style) noexcept {
  switch (style) {
    case Style::Simple:
      return "simple";
    case Style::Form:
      return "form";
    case Style::SpaceDelimited:
      return "spaceDelimited";
    case Style::PipeDelimited:
      return "pipeDelimited";
    case Style::TabDelimited:
      return "tsv";
    case Style::DeepObject:
      return "deepObject";
    case Style::Matrix:
      return "matrix";
    case Style::Label:
      return "label";
    case Style::Cookie:
      return "cookie";
  }
  return "";
}

/// The shapes to try. A text that was given twice, or that holds the delimiter, is more likely a
/// list; of the two the schema decides.
std::vector<Shape> shapes_of(const Parameter& parameter, std::span<const std::string_view> raw) {
  std::vector<Shape> shapes;
  std::string room;
  const bool allows_text = (parameter.types & kTextTypes) != 0 ||
                           ((parameter.types & types::kNull) != 0 && raw.size() == 1 &&
                            spelled_scalar(parameter, raw.front(), room).value_or("") == "null");
  const bool looks_like_list = raw.size() > 1 || has_delimiter(parameter, raw.front());
  if (allows_text && !looks_like_list) shapes.push_back(Shape::Scalar);
  if ((parameter.types & types::kArray) != 0) shapes.push_back(Shape::List);
  if ((parameter.types & types::kObject) != 0) shapes.push_back(Shape::Object);
  if (allows_text && looks_like_list) shapes.push_back(Shape::Scalar);
  if (shapes.empty()) shapes.push_back(Shape::Scalar);
  return shapes;
}

}  // namespace

void Checker::check_request() {
  const Pairs query = parse_pairs(target_.query, is_target_encoded_);
  if (!operation_->unread_parameters.empty()) skip(operation_->unread_parameters);
  for (const Parameter& parameter : operation_->parameters) check_parameter(parameter, query);
  check_security(query);
  check_request_body();
  // Most queries hold plain parameters and nothing else, each of which counted its own. Last: a
  // message has room for so many findings only, and what is wrong comes before what is unknown.
  if (documented_pairs_ != query.size()) check_undocumented_query(query);
}

void Checker::check_parameter(const Parameter& parameter, const Pairs& pairs) {
  switch (parameter.in) {
    case ParameterIn::Path:
      return check_path(parameter);
    case ParameterIn::Query:
    case ParameterIn::Form:
      return check_pairs(parameter, pairs);
    case ParameterIn::QueryString:
      return check_query_string(parameter, pairs);
    case ParameterIn::Header:
      return check_header(parameter, message_.fields);
    case ParameterIn::Cookie:
      return check_pairs(parameter, parse_cookies(message_.fields));
  }
}

void Checker::report_missing(const Parameter& parameter) {
  Violation& violation = add({location_of(parameter.in), name_of(parameter), &parameter.place},
                             "required", FindingClass::Violation, Severity::Error);
  violation.expected = "{\"required\":true}";
  violation.actual = "{\"present\":false}";
}

/// The text is not written in the parameter's style, so it has no value to judge.
void Checker::report_style(const Parameter& parameter, std::string_view raw) {
  Violation& violation = add({location_of(parameter.in), name_of(parameter), &parameter.place},
                             "style", FindingClass::Violation, Severity::Error);
  violation.expected = json::Writer()
                           .begin_object()
                           .member("style", style_name(parameter.style))
                           .member("explode", parameter.explode)
                           .end_object()
                           .take();
  violation.actual = "{\"style\":false}";
  violation.raw_value = raw.substr(0, kRawValueBytes);
}

void Checker::check_path(const Parameter& parameter) {
  // The values of a server's variables stand before those of the path.
  const size_t of_path = operation_->path_names.size();
  const auto values = match_.values.span();
  if (parameter.path_position >= of_path || of_path > values.size()) return;
  check_texts(parameter, values.last(of_path).subspan(parameter.path_position, 1));
}

/// Parameters that are pairs: of a query, a form or a cookie.
void Checker::check_pairs(const Parameter& parameter, const Pairs& pairs) {
  if (parameter.style == Style::DeepObject) return check_deep_object(parameter, pairs);
  if (is_spread(parameter)) return check_spread_object(parameter, pairs);
  Occurrences values;
  for (const Pair& pair : pairs) {
    if (pair.name == parameter.name) values.push_back(pair.raw);
  }
  if (values.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (parameter.in == ParameterIn::Query) documented_pairs_ += values.size();
  const bool is_empty = values.size() == 1 && values[0].empty();
  if (is_empty && parameter.allows_empty) return;
  check_texts(parameter, values.span());
}

void Checker::check_deep_object(const Parameter& parameter, const Pairs& pairs) {
  DeepNode root;
  size_t nodes = 0;
  for (const Pair& pair : pairs) {
    const std::string_view name = pair.name;
    if (!name.starts_with(parameter.name) || !name.substr(parameter.name.size()).starts_with('[')) {
      continue;
    }
    if (!parameter.not_checked.empty()) return skip(parameter.not_checked);
    if (!add_deep_text(root, name.substr(parameter.name.size()), decode_text(parameter, pair.raw),
                       nodes)) {
      return nodes > DeepNode::kNodesMax ? skip("budget") : report_style(parameter, name);
    }
  }
  if (root.members.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (parameter.schema.id == json_schema::kNoSchema) return;
  const json::Document document = reader_.deep_object(root, parameter.schema.id);
  check_parameter_value(parameter, document.root(), target_.query);
}

/// Whether a key is not the object's, though that may take any: it is another parameter's, or a
/// credential. What two objects name is of both.
bool Checker::is_of_another(const Pair& pair, const Parameter& object) const {
  const std::string_view name = pair.name;
  const bool is_named = reader_.names_property(object.schema.id, name);
  const auto& keys = model_.security_query;
  if (!is_named && object.in == ParameterIn::Query &&
      std::find(keys.begin(), keys.end(), name) != keys.end()) {
    return true;
  }
  return std::any_of(operation_->parameters.begin(), operation_->parameters.end(),
                     [&](const Parameter& other) {
                       if (&other == &object || other.in != object.in) return false;
                       if (is_spread(other)) {
                         return !is_named && reader_.names_property(other.schema.id, name);
                       }
                       if (other.style == Style::DeepObject) {
                         return name.starts_with(other.name + "[");
                       }
                       return other.name == name;
                     });
}

void Checker::check_spread_object(const Parameter& parameter, const Pairs& pairs) {
  std::vector<const Pair*> own;
  for (const Pair& pair : pairs) {
    if (reader_.has_property(parameter.schema.id, pair.name) && !is_of_another(pair, parameter)) {
      own.push_back(&pair);
    }
  }
  if (own.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  const json::Document document = reader_.object(group_pairs(own, parameter), parameter.schema.id);
  check_parameter_value(parameter, document.root(), target_.query);
}

/// 3.2: the whole query is one value.
void Checker::check_query_string(const Parameter& parameter, const Pairs& pairs) {
  if (target_.query.empty()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (!parameter.not_checked.empty()) return skip(parameter.not_checked);
  if (parameter.form != TextForm::Form) return check_content_text(parameter, target_.query);
  std::vector<const Pair*> all;
  for (const Pair& pair : pairs) all.push_back(&pair);
  if (parameter.schema.id == json_schema::kNoSchema) return;
  const json::Document document = reader_.object(group_pairs(all, parameter), parameter.schema.id);
  check_parameter_value(parameter, document.root(), target_.query);
}

void Checker::check_header(const Parameter& parameter, std::span<const FieldView> fields) {
  const auto is_meant = [&parameter](const FieldView& field) {
    return iequals(field.name, parameter.name);
  };
  const auto first = std::find_if(fields.begin(), fields.end(), is_meant);
  if (first == fields.end()) {
    if (parameter.is_required) report_missing(parameter);
    return;
  }
  if (std::find_if(first + 1, fields.end(), is_meant) != fields.end()) {
    return check_repeated_header(parameter, fields);
  }
  const std::string_view text = trim(first->value);
  check_texts(parameter, {&text, 1});
}

/// Repeated fields mean one list (RFC 9110 5.3), except Set-Cookie, whose lines stand alone.
[[gnu::noinline]] void Checker::check_repeated_header(const Parameter& parameter,
                                                      std::span<const FieldView> fields) {
  const bool is_alone = iequals(parameter.name, "set-cookie");
  std::string list;
  std::string_view separator;
  for (const FieldView& field : fields) {
    if (!iequals(field.name, parameter.name)) continue;
    const std::string_view line = trim(field.value);
    if (is_alone) check_texts(parameter, {&line, 1});
    list.append(std::exchange(separator, ", ")).append(line);
  }
  if (is_alone) return;
  const std::string_view text = trim(list);
  check_texts(parameter, {&text, 1});
}

/// `raw` holds each occurrence of the parameter.
void Checker::check_texts(const Parameter& parameter, std::span<const std::string_view> raw) {
  if (!parameter.is_one_text) return check_other_texts(parameter, raw);
  // Of a value given twice each must fit: what counts is up to the server.
  for (const std::string_view occurrence : raw) check_scalar(parameter, occurrence);
}

void Checker::check_other_texts(const Parameter& parameter, std::span<const std::string_view> raw) {
  if (!parameter.not_checked.empty()) return skip(parameter.not_checked);
  if (parameter.schema.id == json_schema::kNoSchema) return;
  if (parameter.form != TextForm::Styled) return check_content_text(parameter, raw.front());
  const std::vector<Shape> shapes = shapes_of(parameter, raw);
  std::optional<json::Document> likeliest;
  for (const Shape shape : shapes) {
    auto document = read_shape(parameter, raw, shape);
    if (!document) continue;
    const auto outcome = json_schema::verdict(model_.program, parameter.schema.id, document->root(),
                                              message_.direction);
    if (outcome == json_schema::Outcome::Valid) {
      return marks_.value(parameter.schema.id, document->root(), message_.direction);
    }
    if (!likeliest || outcome == json_schema::Outcome::Unknown) likeliest = std::move(document);
    if (outcome == json_schema::Outcome::Unknown) break;
  }
  if (!likeliest) return report_style(parameter, raw.front());
  check_parameter_value(parameter, likeliest->root(), raw.front());
}

/// Nothing stands before the text, and nothing in it is encoded.
bool Checker::is_spelled_out(const Parameter& parameter) const noexcept {
  if (parameter.style == Style::Matrix || parameter.style == Style::Label) return false;
  const bool is_in_target = parameter.in == ParameterIn::Path || parameter.in == ParameterIn::Query;
  return is_in_target ? !is_target_encoded_ : parameter.in == ParameterIn::Header;
}

void Checker::check_scalar(const Parameter& parameter, std::string_view raw) {
  if (is_spelled_out(parameter)) {
    return check_parameter_value(parameter,
                                 reader_.scalar(raw, parameter.schema.id, parameter.types), raw);
  }
  check_written_scalar(parameter, raw);
}

/// In a style, or encoded.
[[gnu::noinline]] void Checker::check_written_scalar(const Parameter& parameter,
                                                     std::string_view raw) {
  std::string room;
  const auto text = spelled_scalar(parameter, raw, room);
  if (!text) return report_style(parameter, raw);
  check_parameter_value(parameter, reader_.scalar(*text, parameter.schema.id), raw);
}

std::optional<json::Document> Checker::read_shape(const Parameter& parameter,
                                                  std::span<const std::string_view> raw,
                                                  Shape shape) const {
  const SchemaId schema = parameter.schema.id;
  switch (shape) {
    case Shape::Scalar: {
      std::string room;
      const auto text = spelled_scalar(parameter, raw.front(), room);
      if (!text) return std::nullopt;
      json::TreeBuilder builder;
      reader_.append(builder, *text, schema);
      return builder.finish();
    }
    case Shape::List:
      if (const auto items = spelled_list(parameter, raw)) {
        return reader_.list(*items, schema, parameter.inner);
      }
      return std::nullopt;
    case Shape::Object:
      if (const auto members = spelled_object(parameter, raw)) {
        return reader_.object(*members, schema);
      }
      return std::nullopt;
  }
  return std::nullopt;
}

/// `content` instead of a style.
void Checker::check_content_text(const Parameter& parameter, std::string_view raw) {
  const std::string text = decode_text(parameter, raw);
  if (parameter.schema.id == json_schema::kNoSchema) return;
  if (parameter.form == TextForm::Plain) {
    return check_parameter_value(parameter, reader_.scalar(text, parameter.schema.id), text);
  }
  if (parameter.form == TextForm::Form) {
    const Pairs pairs = parse_pairs(text);
    std::vector<const Pair*> all;
    for (const Pair& pair : pairs) all.push_back(&pair);
    Parameter inner;
    const json::Document document = reader_.object(group_pairs(all, inner), parameter.schema.id);
    return check_parameter_value(parameter, document.root(), text);
  }
  const auto document = json::Document::parse(text);
  if (document) return check_parameter_value(parameter, document->root(), text);
  Violation& violation = add({location_of(parameter.in), name_of(parameter), &parameter.place},
                             "syntax", FindingClass::Violation, Severity::Error);
  violation.expected = "{\"content\":\"json\"}";
  violation.actual = "{\"error\":" + json_quote(document.error().message) + "}";
  violation.raw_value = text.substr(0, kRawValueBytes);
}

void Checker::check_parameter_value(const Parameter& parameter, json::Value value,
                                    std::string_view text) {
  if (judge(value, parameter.schema).outcome == json_schema::Outcome::Valid) return;
  report_parameter(parameter, value, text);
}

[[gnu::noinline]] void Checker::report_parameter(const Parameter& parameter, json::Value value,
                                                 std::string_view text) {
  report_value(value, parameter.schema,
               {location_of(parameter.in), name_of(parameter), &parameter.place}, text);
}

void Checker::check_undocumented_query(const Pairs& pairs) {
  if (!operation_->unread_parameters.empty()) return;
  const auto is_known = [&](std::string_view name) {
    const auto& keys = model_.security_query;
    if (std::find(keys.begin(), keys.end(), name) != keys.end()) return true;
    return std::any_of(operation_->parameters.begin(), operation_->parameters.end(),
                       [&](const Parameter& known) {
                         if (known.in == ParameterIn::QueryString) return true;
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
    violation.raw_value = pair.raw.substr(0, kRawValueBytes);
  }
}

}  // namespace faultline::contracts::openapi
