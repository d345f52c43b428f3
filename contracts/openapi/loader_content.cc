// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <utility>

// Styles, media types, and how parts and items are written.
namespace faultline::contracts::openapi {
namespace {

struct StyleName {
  std::string_view name;
  Style style;
};
constexpr std::array kStyles = {
    StyleName{"simple", Style::Simple},
    StyleName{"form", Style::Form},
    StyleName{"spaceDelimited", Style::SpaceDelimited},
    StyleName{"pipeDelimited", Style::PipeDelimited},
    StyleName{"deepObject", Style::DeepObject},
    StyleName{"matrix", Style::Matrix},
    StyleName{"label", Style::Label},
    StyleName{"cookie", Style::Cookie},
};

/// Combinations inside the schema of an event that are searched for its `data`.
constexpr int kEventDepth = 4;

/// OpenAPI 3.1.1, section 4.8.12.3: which styles a place may have.
bool style_fits(ParameterIn in, Style style, bool explode) noexcept {
  switch (in) {
    case ParameterIn::Path:
      return style == Style::Simple || style == Style::Label || style == Style::Matrix;
    case ParameterIn::Query:
    case ParameterIn::Form:
      // With explode the table says "n/a" for the delimited ones.
      return style == Style::Form || style == Style::DeepObject ||
             ((style == Style::SpaceDelimited || style == Style::PipeDelimited) && !explode);
    case ParameterIn::Header:
      return style == Style::Simple;
    case ParameterIn::Cookie:
      return style == Style::Form || style == Style::Cookie;
    case ParameterIn::QueryString:
      return false;
  }
  return false;
}

Style usual_style(ParameterIn in) noexcept {
  return in == ParameterIn::Path || in == ParameterIn::Header ? Style::Simple : Style::Form;
}

}  // namespace

/// The schema of a parameter or header and how a text is read by it.
void Loader::load_form(json::Value value, Parameter& parameter) {
  load_style(value, parameter);
  const auto schema = value.find("schema");
  if (schema && parameter.in != ParameterIn::QueryString) {
    parameter.schema = {add_schema(*schema), parameter.place.pointer + "/schema"};
    return;
  }
  const auto content = load_content(value, parameter.place.pointer);
  if (content.size() != 1) return;
  parameter.not_checked = content[0].not_checked;
  parameter.schema = content[0].schema;
  switch (content[0].range.kind()) {
    case BodyKind::Json:
      parameter.form = TextForm::Json;
      return;
    case BodyKind::Text:
      parameter.form = TextForm::Plain;
      return;
    case BodyKind::Form:
      parameter.form = TextForm::Form;
      return;
    default:
      parameter.not_checked = "media-type:" + content[0].range.essence();
  }
}

void Loader::load_style(json::Value value, Parameter& parameter) {
  parameter.style = usual_style(parameter.in);
  parameter.has_dotted_label = dialect_ == json_schema::Dialect::OpenApi30;
  const auto style = member(value, "style", json::Kind::String);
  if (style) {
    const auto* known = std::find_if(kStyles.begin(), kStyles.end(), [&](const StyleName& entry) {
      return entry.name == style->string() &&
             (entry.style != Style::Cookie || model_.is_since_32());
    });
    if (known == kStyles.end()) {
      error(codes::kUnknownValue, "unknown style '" + std::string(style->string()) + "'", *style);
      return;
    }
    parameter.style = known->style;
  }
  const bool explodes = parameter.style == Style::Form || parameter.style == Style::Cookie;
  parameter.explode = flag(value, "explode", explodes);
  if (!style || style_fits(parameter.in, parameter.style, parameter.explode)) return;
  parameter.not_checked = "parameter-style:" + std::string(style->string());
  warning(codes::kNotChecked, "this style is not defined for such a parameter", *style)
      .notes.emplace_back("the parameter counts as unverifiable");
}

std::vector<MediaType> Loader::load_content(json::Value owner, const std::string& pointer) {
  std::vector<MediaType> types;
  const auto content = member(owner, "content", json::Kind::Object);
  if (!content) return types;
  for (const json::Member& entry : content->members()) {
    if (entry.name().starts_with("x-")) continue;
    auto range = MediaRange::parse(entry.name());
    if (!range) {
      error(codes::kUnknownValue, "'" + std::string(entry.name()) + "' is no media type",
            entry.key);
      continue;
    }
    MediaType type;
    type.set_range(std::move(*range));
    type.key = entry.name();
    const Followed followed = follow(entry.value);
    type.not_checked = followed.not_checked;
    if (followed.is_found && expect(followed.value, json::Kind::Object, "a media type")) {
      load_media_type(followed.value, pointer + "/content/" + json::escape_token(entry.name()),
                      type);
    }
    types.push_back(std::move(type));
  }
  return types;
}

void Loader::load_media_type(json::Value value, const std::string& pointer, MediaType& type) {
  const auto schema = value.find("schema");
  if (schema) type.schema = {add_schema(*schema), pointer + "/schema"};
  const auto encodings = member(value, "encoding", json::Kind::Object);
  if (encodings) load_encodings(*encodings, pointer + "/encoding", type);
  const auto items = model_.is_since_32() ? value.find("itemSchema") : std::nullopt;
  if (!items) return;
  type.item_schema = {add_schema(*items), pointer + "/itemSchema"};
  if (type.kind == BodyKind::EventStream) {
    load_event_data(*items, pointer + "/itemSchema", type, 0);
  }
}

void Loader::load_encodings(json::Value encodings, const std::string& pointer, MediaType& type) {
  for (const json::Member& entry : encodings.members()) {
    if (!expect(entry.value, json::Kind::Object, "an encoding")) continue;
    const std::string place = pointer + "/" + json::escape_token(entry.name());
    Encoding encoding;
    encoding.name = entry.name();
    if (const auto types = member(entry.value, "contentType", json::Kind::String)) {
      for (const std::string_view text : split(types->string(), ',')) {
        auto range = MediaRange::parse(trim(text));
        if (range) {
          encoding.content_types.push_back(std::move(*range));
        } else {
          error(codes::kUnknownValue, "'" + std::string(trim(text)) + "' is no media type", *types);
        }
      }
    }
    const auto headers = member(entry.value, "headers", json::Kind::Object);
    if (headers) load_headers(*headers, place, encoding.headers);
    if (entry.value.find("style") || entry.value.find("explode")) {
      Parameter& style = encoding.style.emplace();
      style.name = entry.name();
      style.in = ParameterIn::Form;
      style.place = {place, entry.value};
      load_style(entry.value, style);
      style.schema = type.schema;  // that of the form; the reader looks the property up in it
    }
    type.encodings.push_back(std::move(encoding));
  }
}

/// The `contentSchema` of `data`, wherever the schema of an event says it (3.2.0, section 4.14.4).
void Loader::load_event_data(json::Value schema, const std::string& pointer, MediaType& type,
                             int depth) {
  const Followed followed = follow(schema);
  if (!followed.is_found || depth > kEventDepth) return;
  const auto properties = followed.value.find("properties");
  const auto data = properties ? properties->find("data") : std::nullopt;
  const Followed member = data ? follow(*data) : Followed{schema, false};
  const auto content = member.is_found ? member.value.find("contentSchema") : std::nullopt;
  if (content) {
    type.event_data.push_back(
        {add_schema(schema), {add_schema(*content), pointer + "/properties/data/contentSchema"}});
  }
  for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
    const auto branches = followed.value.find(keyword);
    if (!branches) continue;
    uint32_t position = 0;
    for (const json::Value branch : branches->elements()) {
      load_event_data(branch,
                      pointer + "/" + std::string(keyword) + "/" + std::to_string(position++), type,
                      depth + 1);
    }
  }
}

}  // namespace faultline::contracts::openapi
