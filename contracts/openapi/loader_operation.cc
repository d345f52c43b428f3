// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <utility>

// Operations and what they hold: parameters, request bodies, responses.
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
    StyleName{"matrix", Style::Other},
    StyleName{"label", Style::Other},
};

std::optional<ParameterIn> place_named(std::string_view name) noexcept {
  if (name == "path") return ParameterIn::Path;
  if (name == "query") return ParameterIn::Query;
  if (name == "header") return ParameterIn::Header;
  if (name == "cookie") return ParameterIn::Cookie;
  return std::nullopt;
}

/// These are described elsewhere in the contract; as parameters they are ignored (OpenAPI 3.0.3,
/// Parameter Object).
bool is_ignored_header(std::string_view name) noexcept {
  return iequals(name, "accept") || iequals(name, "content-type") || iequals(name, "authorization");
}

bool same_parameter(const Parameter& a, const Parameter& b) noexcept {
  if (a.in != b.in) return false;
  return a.in == ParameterIn::Header ? iequals(a.name, b.name) : a.name == b.name;
}

bool is_response_code(std::string_view code) noexcept {
  if (code == "default") return true;
  if (code.size() != 3 || code[0] < '1' || code[0] > '5') return false;
  return code.substr(1) == "XX" || (is_ascii_digit(code[1]) && is_ascii_digit(code[2]));
}

}  // namespace

void Loader::load_operation(const json::Member& entry, Operation operation, json::Value item) {
  if (!expect(entry.value, json::Kind::Object, "an operation")) return;
  const auto shared = member(item, "parameters", json::Kind::Array);
  const std::string path_pointer =
      operation.place.pointer.substr(0, operation.place.pointer.rfind('/'));
  if (shared) load_parameters(*shared, path_pointer + "/parameters", operation);
  const auto own = member(entry.value, "parameters", json::Kind::Array);
  if (own) load_parameters(*own, operation.place.pointer + "/parameters", operation);
  const auto body = member(entry.value, "requestBody", json::Kind::Object);
  // 3.0: a body on these methods "SHALL be ignored".
  const bool has_body_semantics =
      operation.method != "GET" && operation.method != "HEAD" && operation.method != "DELETE";
  if (body && (has_body_semantics || dialect_ != json_schema::Dialect::OpenApi30)) {
    operation.body = load_body(*body, operation.place.pointer + "/requestBody");
  }
  const auto responses = member(entry.value, "responses", json::Kind::Object);
  if (responses) {
    load_responses(*responses, operation);
  } else if (!entry.value.find("responses")) {
    problems_.warning(codes::kMissing, "the operation describes no responses", entry.key.span());
  }
  check_path_names(operation, entry.key);
  const auto index = static_cast<uint32_t>(model_.operations.size());
  route(operation, index, paths_.back().segments, item);
  model_.operations.push_back(std::move(operation));
}

void Loader::check_path_names(const Operation& operation, json::Value place) {
  const auto is_in_template = [&](const std::string& name) {
    return std::find(operation.path_names.begin(), operation.path_names.end(), name) !=
           operation.path_names.end();
  };
  for (const std::string& name : operation.path_names) {
    const bool is_declared = std::any_of(
        operation.parameters.begin(), operation.parameters.end(), [&](const Parameter& parameter) {
          return parameter.in == ParameterIn::Path && parameter.name == name;
        });
    if (!is_declared) {
      problems_.warning(codes::kPathTemplate, "'{" + name + "}' is not described", place.span())
          .help = "add a parameter with 'in: path' and this name";
    }
  }
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.in == ParameterIn::Path && !is_in_template(parameter.name)) {
      problems_.warning(codes::kPathTemplate, "the path has no '{" + parameter.name + "}'",
                        parameter.place.source.span());
    }
  }
}

void Loader::load_parameters(json::Value list, const std::string& pointer, Operation& operation) {
  auto& parameters = operation.parameters;
  uint32_t position = 0;
  for (const json::Value value : list.elements()) {
    auto parameter = load_parameter(value, pointer + "/" + std::to_string(position++),
                                    operation.has_unread_parameters);
    if (!parameter) continue;
    const auto known =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter& other) { return same_parameter(other, *parameter); });
    if (known == parameters.end()) {
      parameters.push_back(std::move(*parameter));
    } else {
      *known = std::move(*parameter);  // the operation's own replaces that of the path
    }
  }
}

std::optional<Parameter> Loader::load_parameter(json::Value written, std::string pointer,
                                                bool& is_external) {
  const auto value = dereference(written, is_external);
  if (!value || !expect(*value, json::Kind::Object, "a parameter")) return std::nullopt;
  const auto name = member(*value, "name", json::Kind::String);
  const auto in = member(*value, "in", json::Kind::String);
  if (!name || !in) {
    if (!value->find("name") || !value->find("in")) {
      problems_.error(codes::kMissing, "a parameter needs a 'name' and an 'in'", value->span());
    }
    return std::nullopt;
  }
  const auto where = place_named(in->string());
  if (!where) {
    constexpr std::array<std::string_view, 4> kPlaces = {"path", "query", "header", "cookie"};
    auto& problem = problems_.error(codes::kUnknownValue,
                                    "'in' must be path, query, header or cookie", in->span());
    const auto close = did_you_mean(in->string(), kPlaces);
    if (close) problem.help = "did you mean '" + std::string(*close) + "'?";
    return std::nullopt;
  }
  if (*where == ParameterIn::Header && is_ignored_header(name->string())) return std::nullopt;
  Parameter parameter;
  parameter.name = name->string();
  parameter.in = *where;
  parameter.is_required = flag(*value, "required", false) || *where == ParameterIn::Path;
  parameter.allows_empty = flag(*value, "allowEmptyValue", false);
  parameter.place = {std::move(pointer), *value};
  load_form(*value, parameter);
  return parameter;
}

/// The schema of a parameter or header and how a text is read by it.
void Loader::load_form(json::Value value, Parameter& parameter) {
  const bool is_form = parameter.in == ParameterIn::Query || parameter.in == ParameterIn::Cookie;
  parameter.style = is_form ? Style::Form : Style::Simple;
  const auto style = member(value, "style", json::Kind::String);
  if (style) {
    const auto* known = std::find_if(kStyles.begin(), kStyles.end(), [&](const StyleName& entry) {
      return entry.name == style->string();
    });
    if (known == kStyles.end()) {
      problems_.error(codes::kUnknownValue, "unknown style '" + std::string(style->string()) + "'",
                      style->span());
      return;
    }
    parameter.style = known->style;
    const bool fits = parameter.in == ParameterIn::Query
                          ? known->style != Style::Simple && known->style != Style::Other
                          : known->style == (is_form ? Style::Form : Style::Simple);
    if (!fits || known->style == Style::DeepObject) {
      parameter.not_checked = "parameter-style:" + std::string(style->string());
    }
  }
  parameter.explode = flag(value, "explode", parameter.style == Style::Form);
  const auto schema = value.find("schema");
  if (schema) {
    parameter.schema = {compiler_->add(*schema), parameter.place.pointer + "/schema"};
    return;
  }
  const auto content = load_content(value, parameter.place.pointer);
  if (content.size() != 1) return;
  parameter.schema = content[0].schema;
  parameter.is_json = content[0].range.is_json();
  if (!parameter.is_json) parameter.not_checked = "media-type:" + content[0].range.essence();
}

RequestBody Loader::load_body(json::Value written, std::string pointer) {
  RequestBody body;
  bool is_external = false;
  const auto value = dereference(written, is_external);
  body.place = {std::move(pointer), value.value_or(written)};
  if (is_external) body.not_checked = "keyword:$ref";
  if (!value || !expect(*value, json::Kind::Object, "a request body")) return body;
  body.is_required = flag(*value, "required", false);
  body.content = load_content(*value, body.place.pointer);
  return body;
}

void Loader::load_responses(json::Value responses, Operation& operation) {
  for (const json::Member& entry : responses.members()) {
    if (entry.name().starts_with("x-")) continue;
    if (!is_response_code(entry.name())) {
      auto& problem = problems_.error(codes::kUnknownValue,
                                      "'" + std::string(entry.name()) + "' is no status code",
                                      entry.key.span());
      problem.help = "use a code such as 200, a range such as 4XX, or default";
      continue;
    }
    operation.responses.push_back(
        load_response(entry, operation.place.pointer + "/responses/" + std::string(entry.name())));
  }
}

Response Loader::load_response(const json::Member& entry, std::string pointer) {
  Response response;
  response.code = entry.name();
  bool is_external = false;
  const auto value = dereference(entry.value, is_external);
  response.place = {std::move(pointer), value.value_or(entry.value)};
  if (is_external) response.not_checked = "keyword:$ref";
  if (!value || !expect(*value, json::Kind::Object, "a response")) return response;
  const auto headers = member(*value, "headers", json::Kind::Object);
  if (headers) load_headers(*headers, response);
  response.content = load_content(*value, response.place.pointer);
  return response;
}

void Loader::load_headers(json::Value headers, Response& response) {
  for (const json::Member& header : headers.members()) {
    if (iequals(header.name(), "content-type")) continue;  // `content` says it
    Parameter parameter;
    parameter.name = header.name();
    parameter.in = ParameterIn::Header;
    bool is_external = false;
    const auto described = dereference(header.value, is_external);
    parameter.place = {response.place.pointer + "/headers/" + json::escape_token(header.name()),
                       described.value_or(header.value)};
    if (is_external) parameter.not_checked = "keyword:$ref";
    if (described && expect(*described, json::Kind::Object, "a header")) {
      parameter.is_required = flag(*described, "required", false);
      load_form(*described, parameter);
    }
    response.headers.push_back(std::move(parameter));
  }
}

std::vector<MediaType> Loader::load_content(json::Value owner, const std::string& pointer) {
  std::vector<MediaType> types;
  const auto content = member(owner, "content", json::Kind::Object);
  if (!content) return types;
  for (const json::Member& entry : content->members()) {
    if (entry.name().starts_with("x-")) continue;
    auto range = MediaRange::parse(entry.name());
    if (!range) {
      problems_.error(codes::kUnknownValue, "'" + std::string(entry.name()) + "' is no media type",
                      entry.key.span());
      continue;
    }
    MediaType type;
    type.range = std::move(*range);
    type.key = entry.name();
    if (expect(entry.value, json::Kind::Object, "a media type")) {
      type.has_encoding = entry.value.find("encoding").has_value();
      const auto schema = entry.value.find("schema");
      if (schema) {
        type.schema = {compiler_->add(*schema),
                       pointer + "/content/" + json::escape_token(entry.name()) + "/schema"};
      }
    }
    types.push_back(std::move(type));
  }
  return types;
}

}  // namespace faultline::contracts::openapi
