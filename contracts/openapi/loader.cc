// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"

#include "contracts/reference.h"
#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

struct Method {
  std::string_view key;
  std::string_view name;
};
constexpr std::array kMethods = {Method{"get", "GET"},         Method{"put", "PUT"},
                                 Method{"post", "POST"},       Method{"delete", "DELETE"},
                                 Method{"head", "HEAD"},       Method{"patch", "PATCH"},
                                 Method{"options", "OPTIONS"}, Method{"trace", "TRACE"}};

constexpr std::array<std::string_view, 5> kPathItemKeys = {"$ref", "summary", "description",
                                                           "servers", "parameters"};
constexpr int kReferenceChain = 16;
/// Combinations of the variables of one server that are routed.
constexpr size_t kServerPaths = 64;
/// Pairs that are looked at for ambiguity, and the number of complaints about them.
constexpr size_t kAmbiguousShown = 8;

std::string_view path_of_url(std::string_view url) noexcept {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    const size_t slash = url.find('/', scheme + 3);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  } else if (url.starts_with("//")) {
    const size_t slash = url.find('/', 2);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  }
  return url.substr(0, url.find_first_of("?#"));
}

/// As it stands before the paths: "/v1", or nothing.
std::string clean_base(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.starts_with("./")) path.remove_prefix(1);
  if (path.empty() || path == ".") return {};
  return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

std::string replace_all(std::string text, const std::string& from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

Loader::Loader(Model& model, Problems& problems)
    : model_(model), problems_(problems), root_(model.document->root()) {}

void Loader::run() {
  if (!expect(root_, json::Kind::Object, "the document")) return;
  load_version();
  if (problems_.has_errors()) return;
  load_dialect();
  load_security();
  const auto paths = root_.find("paths");
  if (paths) {
    if (expect(*paths, json::Kind::Object, "'paths'")) load_paths(*paths);
  } else if (root_.find("webhooks") || root_.find("components")) {
    problems_.warning(codes::kMissing, "the contract has no 'paths': it describes no operation",
                      root_.span());
  } else {
    problems_.error(codes::kMissing, "the contract has no 'paths'", {root_.span().offset, 0});
  }
  finish();
}

void Loader::load_version() {
  const SourceSpan top = {root_.span().offset, 0};
  const auto swagger = root_.find("swagger");
  const auto version = root_.find("openapi");
  if (swagger) {
    problems_.error(codes::kVersion, "Swagger 2.0 is not supported", swagger->span()).help =
        "convert the contract to OpenAPI 3";
    return;
  }
  if (!version) {
    problems_.error(codes::kNotOpenApi, "this is no OpenAPI document: 'openapi' is missing", top)
        .help = "it begins with a line such as 'openapi: 3.0.3'";
    return;
  }
  if (!version->is_string()) {
    problems_.error(codes::kVersion, "'openapi' must be a text such as '3.0.3'", version->span());
    return;
  }
  model_.version = version->string();
  const bool is_30 = version->string().starts_with("3.0.");
  if (!is_30 && !version->string().starts_with("3.1.")) {
    problems_
        .error(codes::kVersion, "OpenAPI version '" + model_.version + "' is not supported",
               version->span())
        .help = "3.0.x and 3.1.x are";
    return;
  }
  dialect_ = is_30 ? json_schema::Dialect::OpenApi30 : json_schema::Dialect::OpenApi31;
}

/// API keys in the query are no undocumented parameters.
/// Schemas may be written in another dialect than that of OpenAPI (3.1.1, section 4.8.24.5).
void Loader::load_dialect() {
  const auto written = member(root_, "jsonSchemaDialect", json::Kind::String);
  const auto other = written ? json_schema::dialect_of_uri(written->string()) : std::nullopt;
  json_schema::CompileOptions options;
  options.dialect = dialect_;
  options.formats = json_schema::CompileOptions::Formats::Assert;
  // 2020-12 is the base of OpenAPI's own.
  if (other && *other != json_schema::Dialect::Draft2020) options.dialect = *other;
  compiler_.emplace(root_, options, problems_);
  if (!written || other) return;
  compiler_->mark_all("keyword:jsonSchemaDialect");
  problems_.warning(codes::kNotChecked, "this dialect is not supported", written->span())
      .notes.emplace_back("every body and parameter counts as unverifiable");
}

void Loader::load_security() {
  const auto components = member(root_, "components", json::Kind::Object);
  const auto schemes =
      components ? member(*components, "securitySchemes", json::Kind::Object) : std::nullopt;
  if (!schemes) return;
  for (const json::Member& scheme : schemes->members()) {
    bool is_external = false;
    const auto value = dereference(scheme.value, is_external);
    const auto in = value ? value->find("in") : std::nullopt;
    const auto name = value ? value->find("name") : std::nullopt;
    if (in && name && in->is_string() && name->is_string() && in->string() == "query") {
      model_.security_query.emplace_back(name->string());
    }
  }
}

void Loader::load_paths(json::Value paths) {
  for (const json::Member& path : paths.members()) {
    if (!path.name().starts_with("x-")) load_path_item(path);
  }
  warn_of_ambiguous_paths();
}

void Loader::load_path_item(const json::Member& path) {
  auto segments = parse_path_template(path.name());
  if (!segments) {
    problems_.error(codes::kPathTemplate,
                    "'" + std::string(path.name()) + "' is no path: " + segments.error().message,
                    path.key.span());
    return;
  }
  bool is_external = false;
  const auto item = dereference(path.value, is_external);
  if (is_external) {
    for (const std::string& base : base_paths(path.value, path.value)) {
      route_to(base, *segments, path.name(), path.value).not_checked = "keyword:$ref";
    }
  }
  if (!item || !expect(*item, json::Kind::Object, "a path item")) return;
  paths_.push_back({std::string(path.name()), *segments, path.key.span()});
  const std::string pointer = "/paths/" + json::escape_token(path.name());
  for (const json::Member& entry : item->members()) {
    const auto* method = std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& known) {
      return known.key == entry.name();
    });
    if (method != kMethods.end()) {
      Operation operation;
      operation.method = method->name;
      operation.id = operation.method + " " + std::string(path.name());
      operation.key = entry.key.span();
      operation.place = {pointer + "/" + std::string(method->key), entry.value};
      for (const Segment& segment : *segments) {
        for (const auto& part : segment.parts) {
          if (part.is_parameter) operation.path_names.push_back(part.text);
        }
      }
      load_operation(entry, std::move(operation), *item);
    } else if (!entry.name().starts_with("x-") &&
               std::find(kPathItemKeys.begin(), kPathItemKeys.end(), entry.name()) ==
                   kPathItemKeys.end()) {
      problems_.error(codes::kUnknownValue, "unknown method '" + std::string(entry.name()) + "'",
                      entry.key.span());
    }
  }
}

Route& Loader::route_to(const std::string& base, const std::vector<Segment>& segments,
                        std::string_view path, json::Value item) {
  std::vector<Segment> full;
  if (!base.empty()) {
    const auto prefix = parse_path_template(base);
    if (prefix) full = *prefix;
  }
  full.insert(full.end(), segments.begin(), segments.end());
  const uint32_t leaf = model_.router.add(full);
  if (leaf == model_.routes.size()) {
    Route added;
    added.path = path;
    added.place = {"/paths/" + json::escape_token(path), item};
    model_.routes.push_back(std::move(added));
  }
  if (std::find(model_.base_paths.begin(), model_.base_paths.end(), base) ==
      model_.base_paths.end()) {
    model_.base_paths.push_back(base);
  }
  return model_.routes[leaf];
}

void Loader::route(const Operation& operation, uint32_t index, const std::vector<Segment>& segments,
                   json::Value item) {
  const std::string_view path = std::string_view(operation.id).substr(operation.method.size() + 1);
  for (const std::string& base : base_paths(operation.place.source, item)) {
    auto& operations = route_to(base, segments, path, item).operations;
    const bool is_known = std::any_of(operations.begin(), operations.end(), [&](const auto& known) {
      return known.first == operation.method;
    });
    if (is_known) {
      problems_
          .warning(codes::kAmbiguousPaths, "'" + operation.id + "' has the shape of a path above",
                   operation.key)
          .notes.emplace_back("the first one counts");
    } else {
      operations.emplace_back(operation.method, index);
    }
  }
}

/// The innermost list of servers counts: operation, path, document.
std::vector<std::string> Loader::base_paths(json::Value operation, json::Value item) {
  std::vector<std::string> paths;
  for (const json::Value owner : {operation, item, root_}) {
    const auto servers = member(owner, "servers", json::Kind::Array);
    if (!servers || servers->size() == 0) continue;
    for (const json::Value server : servers->elements()) {
      for (std::string& path : base_paths_of(server)) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
          paths.push_back(std::move(path));
        }
      }
    }
    break;
  }
  if (paths.empty()) paths.emplace_back();
  return paths;
}

std::vector<std::string> Loader::base_paths_of(json::Value server) {
  const auto url = server.find("url");
  if (!url || !url->is_string()) {
    problems_.error(codes::kMissing, "a server needs a 'url'", server.span());
    return {};
  }
  std::vector<std::string> paths = {std::string(path_of_url(url->string()))};
  const auto variables = member(server, "variables", json::Kind::Object);
  if (variables) {
    for (const json::Member& variable : variables->members()) {
      paths = expand_variable(paths, variable);
    }
  }
  for (std::string& path : paths) path = clean_base(path);
  return paths;
}

/// Every value of the variable in every path that has it.
std::vector<std::string> Loader::expand_variable(const std::vector<std::string>& paths,
                                                 const json::Member& variable) {
  const std::string name = "{" + std::string(variable.name()) + "}";
  std::vector<std::string_view> values;
  const auto normal = variable.value.find("default");
  if (normal && normal->is_string()) values.push_back(normal->string());
  const auto others = variable.value.find("enum");
  if (others) {
    for (const json::Value other : others->elements()) {
      if (other.is_string()) values.push_back(other.string());
    }
  }
  std::vector<std::string> expanded;
  for (const std::string& path : paths) {
    if (path.find(name) == std::string::npos) {
      expanded.push_back(path);
      continue;
    }
    for (const std::string_view value : values) {
      if (expanded.size() < kServerPaths) expanded.push_back(replace_all(path, name, value));
    }
  }
  return expanded;
}

void Loader::warn_of_ambiguous_paths() {
  size_t shown = 0;
  for (size_t i = 0; i < paths_.size(); ++i) {
    for (size_t j = 0; j < i && shown < kAmbiguousShown; ++j) {
      if (!is_ambiguous(paths_[i].segments, paths_[j].segments)) continue;
      auto& problem = problems_.warning(
          codes::kAmbiguousPaths,
          "'" + paths_[i].path + "' and '" + paths_[j].path + "' fit the same requests",
          paths_[i].key);
      problem.secondary.push_back({paths_[j].key, "the other one"});
      problem.notes.emplace_back("the one with the earlier literal segment counts");
      ++shown;
    }
  }
}

void Loader::finish() {
  model_.program = compiler_->finish();
  if (problems_.has_errors()) return;
  for (Operation& operation : model_.operations) {
    const auto close = [&](std::vector<MediaType>& content) {
      for (MediaType& type : content) {
        if (type.schema.id == json_schema::kNoSchema) continue;
        const json_schema::Schema& schema = model_.program[type.schema.id];
        type.is_any_text = schema.types == json_schema::types::kString && !schema.string &&
                           schema.enums.empty() && !schema.combination &&
                           schema.format == json_schema::Format::None && schema.unsupported.empty();
      }
    };
    const auto set_types = [&](Parameter& parameter) {
      parameter.types = json_schema::possible_types(model_.program, parameter.schema.id);
    };
    std::for_each(operation.parameters.begin(), operation.parameters.end(), set_types);
    if (operation.body) close(operation.body->content);
    for (Response& response : operation.responses) {
      close(response.content);
      std::for_each(response.headers.begin(), response.headers.end(), set_types);
    }
  }
}

std::optional<json::Value> Loader::dereference(json::Value value, bool& is_external) {
  for (int hops = 0; hops < kReferenceChain; ++hops) {
    const auto ref = value.find("$ref");
    if (!ref) return value;
    if (!expect(*ref, json::Kind::String, "'$ref'")) return std::nullopt;
    const auto reference = resolve_reference(root_, *ref, problems_);
    if (reference.kind == Reference::Kind::External) {
      is_external = true;
      problems_
          .warning(codes::kNotChecked,
                   "'" + std::string(ref->string()) + "' is outside this document", ref->span())
          .label = "not followed";
    }
    if (reference.kind != Reference::Kind::Local) return std::nullopt;
    value = reference.target;
  }
  problems_.error(codes::kReference, "this reference leads back to itself", value.span());
  return std::nullopt;
}

bool Loader::expect(json::Value value, json::Kind kind, std::string_view what) {
  if (value.kind() == kind) return true;
  problems_.error(codes::kWrongKind,
                  std::string(what) + " must be " + std::string(json::kind_name(kind)) + ", not " +
                      std::string(json::kind_name(value.kind())),
                  value.span());
  return false;
}

std::optional<json::Value> Loader::member(json::Value owner, std::string_view name,
                                          json::Kind kind) {
  const auto value = owner.find(name);
  if (!value || !expect(*value, kind, "'" + std::string(name) + "'")) return std::nullopt;
  return value;
}

bool Loader::flag(json::Value owner, std::string_view name, bool otherwise) {
  const auto value = member(owner, name, json::Kind::Bool);
  return value ? value->boolean() : otherwise;
}

}  // namespace faultline::contracts::openapi
