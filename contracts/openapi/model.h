// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/openapi/media_type.h"
#include "contracts/openapi/router.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// An OpenAPI document as the checks read it: references resolved, parameters merged.
namespace faultline::contracts::openapi {

using json_schema::SchemaId;

/// A place in the document that findings point at: `pointer` as one reads down from the path with
/// every reference followed, `source` where it really stands.
struct Place {
  std::string pointer;
  json::Value source;
};

struct SchemaUse {
  SchemaId id = json_schema::kNoSchema;
  std::string pointer;
};

enum class ParameterIn : uint8_t { Path, Query, Header, Cookie };

enum class Style : uint8_t { Simple, Form, SpaceDelimited, PipeDelimited, DeepObject, Other };

/// A parameter, or a header of a response.
struct Parameter {
  std::string name;
  ParameterIn in = ParameterIn::Query;
  bool is_required = false;
  bool allows_empty = false;
  bool explode = false;
  bool is_json = false;  // `content` with a JSON media type instead of a style
  Style style = Style::Form;
  SchemaUse schema;
  Place place;
  std::string not_checked;  // the reason when its form is not supported
  json_schema::TypeMask types = json_schema::types::kAny;
};

struct MediaType {
  MediaRange range;
  std::string key;  // as the contract spells it
  SchemaUse schema;
  bool is_any_text = false;   // `type: string` and nothing more: every body fits
  bool has_encoding = false;  // an `encoding` object that changes how forms are read
};

struct RequestBody {
  bool is_required = false;
  std::vector<MediaType> content;
  Place place;
  std::string not_checked;
};

struct Response {
  std::string code;  // "200", "4XX", "default"
  std::vector<Parameter> headers;
  std::vector<MediaType> content;
  Place place;
  std::string not_checked;
};

struct Operation {
  std::string id;                       // "GET /pets/{id}"
  std::string method;                   // "GET"
  std::vector<std::string> path_names;  // parameters of the template, in order
  std::vector<Parameter> parameters;
  std::optional<RequestBody> body;
  std::vector<Response> responses;
  Place place;
  SourceSpan key;                      // of the method, for the line of the operation
  bool has_unread_parameters = false;  // some stand in another document
};

/// What a route leads to: the operations of one path by method.
struct Route {
  std::string path;  // the template
  Place place;
  std::vector<std::pair<std::string, uint32_t>> operations;
  std::string not_checked;  // the reason when the path is described elsewhere
};

struct Model {
  SourceFilePtr file;
  std::unique_ptr<const json::Document> document;  // values point to it: it never moves
  std::string version;                             // "3.0.3"
  json_schema::Program program;
  std::vector<Operation> operations;  // in document order
  std::vector<Route> routes;          // by leaf of the router
  Router router;
  std::vector<std::string> base_paths;      // of all servers, without a closing slash
  std::vector<std::string> security_query;  // query parameters of security schemes
};

}  // namespace faultline::contracts::openapi
