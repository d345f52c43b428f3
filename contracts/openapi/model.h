// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/openapi/document_set.h"
#include "contracts/openapi/media_type.h"
#include "contracts/openapi/router.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

#include <climits>
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

enum class ParameterIn : uint8_t {
  Path,
  Query,
  QueryString,  // 3.2: the whole query as one value
  Header,
  Cookie,
  Form,  // 2.0: a field of a form
};

enum class Style : uint8_t {
  Simple,
  Form,
  SpaceDelimited,
  PipeDelimited,
  TabDelimited,  // 2.0: tsv
  DeepObject,
  Matrix,
  Label,
  Cookie,  // 3.2: a form that is not percent-encoded
};

/// How the text of a parameter is read that has `content` instead of a style.
enum class TextForm : uint8_t { Styled, Json, Plain, Form };

/// A parameter, or a header of a response or of a part.
struct Parameter {
  std::string name;
  ParameterIn in = ParameterIn::Query;
  bool is_required = false;
  bool allows_empty = false;
  bool explode = false;
  bool is_file = false;           // 2.0: `type: file`
  bool has_dotted_label = false;  // 3.0: the parts of a label stand between dots
  Style style = Style::Form;
  TextForm form = TextForm::Styled;
  std::vector<Style> inner = {};  // 2.0: formats of items that are lists themselves
  SchemaUse schema = {};
  Place place = {};
  std::string not_checked = {};  // the reason when its form is not supported

  // Filled in by close():
  json_schema::TypeMask types = json_schema::types::kAny;
  bool is_one_text = false;    // a number, a boolean or a text, in a form that is read
  uint32_t path_position = 0;  // among the parameters of the path template

  /// Once the schemas are compiled.
  void close(const json_schema::Program& program) {
    constexpr json_schema::TypeMask kBrackets =
        json_schema::types::kArray | json_schema::types::kObject;
    types = json_schema::possible_types(program, schema.id);
    is_one_text = not_checked.empty() && schema.id != json_schema::kNoSchema &&
                  form == TextForm::Styled && (types & kBrackets) == 0;
  }
};

/// How one property of a form or a multipart body is written (OpenAPI 3.1.1, Encoding Object).
struct Encoding {
  std::string name;
  std::vector<MediaRange> content_types;  // any of them
  std::vector<Parameter> headers;         // of its part
  std::optional<Parameter> style;         // in a form: as in a query
};

/// The schema of the JSON text in the `data` of server-sent events, and of which events (3.2).
struct EventData {
  SchemaId event = json_schema::kNoSchema;
  SchemaUse data;
};

struct MediaType {
  MediaRange range;                  // see set_range()
  BodyKind kind = BodyKind::Binary;  // of the range
  std::string key;                   // as the contract spells it
  SchemaUse schema;
  SchemaUse item_schema;  // 3.2: of each item of a stream
  std::vector<Encoding> encodings = {};
  std::vector<EventData> event_data = {};
  std::vector<Parameter> fields = {};  // 2.0: of a form, instead of a schema
  bool is_exact = false;               // the range is one media type
  bool is_any_text = false;            // every text fits the schema
  bool is_file = false;                // 2.0: `type: file`
  std::string not_checked = {};        // the reason when it is described elsewhere

  void set_range(MediaRange new_range) {
    range = std::move(new_range);
    kind = range.kind();
    is_exact = range.type != "*" && range.subtype != "*";
  }
  [[nodiscard]] const Encoding* encoding_of(std::string_view property) const noexcept {
    for (const Encoding& encoding : encodings) {
      if (encoding.name == property) return &encoding;
    }
    return nullptr;
  }
};

struct RequestBody {
  bool is_required = false;
  std::vector<MediaType> content;
  Place place;
  std::string not_checked;
};

struct Response {
  std::string code;  // "200", "4XX", "default"
  // The statuses that it stands for; all of them unless set_code() says otherwise.
  int first_status = INT_MIN;
  int last_status = INT_MAX;
  std::vector<Parameter> headers;
  std::vector<MediaType> content;
  Place place;
  std::string not_checked;

  /// A code that is one, or a range, or "default".
  void set_code(std::string_view written) {
    code = written;
    if (code == "default") return;
    const bool is_range = code.ends_with("XX");
    first_status = (code[0] - '0') * 100;
    if (!is_range) first_status += (code[1] - '0') * 10 + (code[2] - '0');
    last_status = first_status + (is_range ? 99 : 0);
  }
  [[nodiscard]] bool stands_for(int status) const noexcept {
    return first_status <= status && status <= last_status;
  }
};

/// Something a client shows to be let in. What it shows is never looked at.
struct Credential {
  enum class Kind : uint8_t { Header, Query, Cookie, Authorization, Unseen };
  Kind kind = Kind::Unseen;
  std::string scheme;  // the name the contract gives it
  std::string name;    // of the field; for Authorization the HTTP scheme, or "" for any
};

/// All credentials of one list are needed, one of the lists is enough; an empty list asks for none.
using SecurityRequirement = std::vector<std::vector<Credential>>;

struct Operation {
  std::string id;                       // "GET /pets/{id}"
  std::string method;                   // "GET"
  std::vector<std::string> path_names;  // parameters of the template, in order
  std::vector<Parameter> parameters;
  std::optional<RequestBody> body;
  std::vector<Response> responses;
  SecurityRequirement security;
  Place place;
  json::Value key;                // of the method, for the line of the operation
  std::string unread_parameters;  // the reason when some stand where nobody can read them
  std::string not_checked;        // the reason when the contract is wrong about it
};

/// What a route leads to: the operations of one path by method.
struct Route {
  std::string path;  // the template
  Place place;
  std::vector<std::pair<std::string, uint32_t>> operations;
  std::string not_checked;  // the reason when the path is described elsewhere
};

struct Model {
  std::unique_ptr<DocumentSet> documents;  // values point into them
  uint64_t digest = 0;                     // of the documents
  std::string version;                     // "3.0.3"
  json_schema::Program program;
  std::vector<Operation> operations;  // in document order
  std::vector<Route> routes;          // by leaf of the router
  Router router;
  std::vector<std::string> base_paths;      // of the first servers, without a closing slash
  std::vector<std::string> security_query;  // query parameters of security schemes

  [[nodiscard]] bool is_since_32() const noexcept { return version.starts_with("3.2"); }
};

}  // namespace faultline::contracts::openapi
