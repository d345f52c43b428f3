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

constexpr std::array<std::string_view, 4> kPlaces = {"path", "query", "header", "cookie"};

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

/// Methods whose bodies 3.0 wants ignored.
bool has_body_semantics(std::string_view method) noexcept {
  return method != "GET" && method != "HEAD" && method != "DELETE";
}

}  // namespace

void Loader::load_operation(const json::Member& entry, Operation operation, json::Value item) {
  const size_t defects = defects_;
  if (expect(entry.value, json::Kind::Object, "an operation")) {
    const std::string path_pointer = "/paths/" + json::escape_token(paths_.back().path);
    const auto shared = member(item, "parameters", json::Kind::Array);
    if (shared) load_parameters(*shared, path_pointer + "/parameters", operation);
    const auto own = member(entry.value, "parameters", json::Kind::Array);
    if (own) load_parameters(*own, operation.place.pointer + "/parameters", operation);
    operation.security = load_security(entry.value);
    if (is_openapi2()) {
      load_body2(item, path_pointer, operation);
    } else if (dialect_ != json_schema::Dialect::OpenApi30 ||
               has_body_semantics(operation.method)) {
      const auto body = member(entry.value, "requestBody", json::Kind::Object);
      if (body) operation.body = load_body(*body, operation.place.pointer + "/requestBody");
    }
    const auto responses = member(entry.value, "responses", json::Kind::Object);
    if (responses) {
      load_responses(*responses, operation);
    } else if (!entry.value.find("responses")) {
      warning(codes::kMissing, "the operation describes no responses", entry.key);
    }
    check_path_names(operation, entry.key);
    warn_of_outgoing(entry.value, "callbacks");
  }
  if (defects_ != defects) operation.not_checked = "contract-error";
  const auto index = static_cast<uint32_t>(model_.operations.size());
  route(operation, index, paths_.back().segments, item);
  model_.operations.push_back(std::move(operation));
}

void Loader::check_path_names(const Operation& operation, json::Value place) {
  if (!operation.unread_parameters.empty()) return;
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
      warning(codes::kPathTemplate, "'{" + name + "}' is not described", place).help =
          "add a parameter with 'in: path' and this name";
    }
  }
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.in == ParameterIn::Path && !is_in_template(parameter.name)) {
      warning(codes::kPathTemplate, "the path has no '{" + parameter.name + "}'",
              parameter.place.source);
    }
  }
}

void Loader::load_parameters(json::Value list, const std::string& pointer, Operation& operation) {
  auto& parameters = operation.parameters;
  uint32_t position = 0;
  for (const json::Value value : list.elements()) {
    auto parameter = load_parameter(value, pointer + "/" + std::to_string(position++), operation);
    if (!parameter) continue;
    const auto known =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter& other) { return same_parameter(other, *parameter); });
    if (known == parameters.end()) {
      parameters.push_back(std::move(*parameter));
    } else {
      if (known->place.pointer.starts_with(pointer + "/")) {
        warning(codes::kNoEffect, "'" + known->name + "' is described twice in this list", value)
            .notes.emplace_back("the last one counts");
      }
      *known = std::move(*parameter);  // the operation's own replaces that of the path
    }
  }
}

std::optional<Parameter> Loader::load_parameter(json::Value written, std::string pointer,
                                                Operation& operation) {
  const Followed followed = follow(written);
  if (!followed.is_found) {
    operation.unread_parameters = followed.not_checked;
    return std::nullopt;
  }
  const json::Value value = followed.value;
  if (!expect(value, json::Kind::Object, "a parameter")) return std::nullopt;
  const auto name = member(value, "name", json::Kind::String);
  const auto in = member(value, "in", json::Kind::String);
  if (!name || !in) {
    if (!value.find("name") || !value.find("in")) {
      error(codes::kMissing, "a parameter needs a 'name' and an 'in'", value);
    }
    return std::nullopt;
  }
  auto where = place_named(in->string());
  // Bodies and forms of 2.0 are read with the operation.
  if (is_openapi2() && (in->string() == "body" || in->string() == "formData")) return std::nullopt;
  if (model_.is_since_32() && in->string() == "querystring") where = ParameterIn::QueryString;
  if (!where) {
    auto& problem = error(codes::kUnknownValue, "'in' must be path, query, header or cookie", *in);
    const auto close = did_you_mean(in->string(), kPlaces);
    if (close) problem.help = "did you mean '" + std::string(*close) + "'?";
    return std::nullopt;
  }
  if (*where == ParameterIn::Header && is_ignored_header(name->string())) return std::nullopt;
  Parameter parameter;
  parameter.name = name->string();
  parameter.in = *where;
  parameter.is_required = flag(value, "required", false) || *where == ParameterIn::Path;
  parameter.allows_empty = flag(value, "allowEmptyValue", false);
  parameter.place = {std::move(pointer), value};
  if (is_openapi2()) {
    load_parameter2(value, parameter);
  } else {
    load_form(value, parameter);
  }
  return parameter;
}

RequestBody Loader::load_body(json::Value written, std::string pointer) {
  RequestBody body;
  const Followed followed = follow(written);
  body.place = {std::move(pointer), followed.value};
  body.not_checked = followed.not_checked;
  if (!followed.is_found || !expect(followed.value, json::Kind::Object, "a request body")) {
    return body;
  }
  body.is_required = flag(followed.value, "required", false);
  body.content = load_content(followed.value, body.place.pointer);
  return body;
}

void Loader::load_responses(json::Value responses, Operation& operation) {
  for (const json::Member& entry : responses.members()) {
    if (entry.name().starts_with("x-")) continue;
    if (!is_response_code(entry.name())) {
      error(codes::kUnknownValue, "'" + std::string(entry.name()) + "' is no status code",
            entry.key)
          .help = "use a code such as 200, a range such as 4XX, or default";
      continue;
    }
    operation.responses.push_back(load_response(
        entry, operation.place.pointer + "/responses/" + std::string(entry.name()), operation));
  }
}

Response Loader::load_response(const json::Member& entry, std::string pointer,
                               const Operation& operation) {
  Response response;
  response.set_code(entry.name());
  const Followed followed = follow(entry.value);
  response.place = {std::move(pointer), followed.value};
  response.not_checked = followed.not_checked;
  if (!followed.is_found || !expect(followed.value, json::Kind::Object, "a response")) {
    return response;
  }
  const auto headers = member(followed.value, "headers", json::Kind::Object);
  if (headers) load_headers(*headers, response.place.pointer, response.headers);
  if (!is_openapi2()) {
    response.content = load_content(followed.value, response.place.pointer);
  } else if (const auto schema = followed.value.find("schema")) {
    load_content2(*schema, response.place.pointer + "/schema",
                  media_types2(operation.place.source, "produces"), response.content);
  }
  return response;
}

void Loader::load_headers(json::Value headers, const std::string& pointer,
                          std::vector<Parameter>& list) {
  for (const json::Member& header : headers.members()) {
    if (iequals(header.name(), "content-type")) continue;  // `content` says it
    Parameter parameter;
    parameter.name = header.name();
    parameter.in = ParameterIn::Header;
    const Followed followed = follow(header.value);
    parameter.place = {pointer + "/headers/" + json::escape_token(header.name()), followed.value};
    parameter.not_checked = followed.not_checked;
    if (followed.is_found && expect(followed.value, json::Kind::Object, "a header")) {
      if (is_openapi2()) {
        load_parameter2(followed.value, parameter);
      } else {
        parameter.is_required = flag(followed.value, "required", false);
        load_form(followed.value, parameter);
      }
    }
    list.push_back(std::move(parameter));
  }
}

}  // namespace faultline::contracts::openapi
