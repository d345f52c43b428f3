// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/loader.h"

#include "contracts/json_schema/uri_reference.h"
#include "contracts/reference.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

struct Method {
  std::string_view key;
  std::string_view name;
};
constexpr std::array kMethods = {
    Method{"get", "GET"},         Method{"put", "PUT"},     Method{"post", "POST"},
    Method{"delete", "DELETE"},   Method{"head", "HEAD"},   Method{"patch", "PATCH"},
    Method{"options", "OPTIONS"}, Method{"trace", "TRACE"}, Method{"query", "QUERY"}};

constexpr std::array<std::string_view, 6> kPathItemKeys = {
    "$ref", "summary", "description", "servers", "parameters", "additionalOperations"};
constexpr int kReferenceChain = 16;
/// Paths that are told to be ambiguous, and pairs that are looked at for them: a fraction of a
/// second, and all pairs of nearly three thousand paths of one length that have parameters.
constexpr size_t kAmbiguousShown = 8;
constexpr size_t kAmbiguousPairs = size_t{1} << 22;

}  // namespace

Loader::Loader(Model& model, Problems& problems)
    : model_(model), problems_(problems), root_(model.documents->root()) {}

bool Loader::run() {
  if (!expect(root_, json::Kind::Object, "the document") || !load_version()) return false;
  const auto paths = root_.find("paths");
  if (paths && !expect(*paths, json::Kind::Object, "'paths'")) return false;
  if (!paths && !root_.find("webhooks") && !root_.find("components")) {
    problems_.error(codes::kMissing, "the contract has no 'paths'", {root_.span().offset, 0});
    return false;
  }
  load_dialect();
  load_security_schemes();
  warn_of_outgoing(root_, "webhooks");
  if (paths) {
    load_paths(*paths);
  } else {
    problems_.warning(codes::kMissing, "the contract has no 'paths': it describes no operation",
                      root_.span());
  }
  finish();
  return true;
}

bool Loader::load_version() {
  const auto version = root_.find("swagger") ? root_.find("swagger") : root_.find("openapi");
  if (!version) {
    problems_
        .error(codes::kNotOpenApi, "this is no OpenAPI document: 'openapi' is missing",
               {root_.span().offset, 0})
        .help = "it begins with a line such as 'openapi: 3.0.3'";
    return false;
  }
  const bool is_2 = root_.find("swagger").has_value();
  // YAML reads 2.0 without quotes as a number; what was meant is clear.
  const bool is_number = is_2 && version->is_number();
  if (!version->is_string() && !is_number) {
    error(codes::kVersion, "'openapi' must be a text such as '3.0.3'", *version);
    return false;
  }
  model_.version = version->is_string() ? version->string() : version->number_text();
  const auto is_family = [&](std::string_view prefix) {
    return !is_2 && model_.version.starts_with(prefix);
  };
  const bool is_30 = is_family("3.0.");
  const bool is_known =
      is_2 ? model_.version == "2.0" : is_30 || is_family("3.1.") || is_family("3.2.");
  if (!is_known) {
    error(codes::kVersion, "OpenAPI version '" + model_.version + "' is not supported", *version)
        .help = "2.0, 3.0.x, 3.1.x and 3.2.x are";
    return false;
  }
  dialect_ = is_2 || is_30 ? json_schema::Dialect::OpenApi30 : json_schema::Dialect::OpenApi31;
  return true;
}

bool Loader::chooses(std::string_view name, std::string_view yes, std::string_view no,
                     bool otherwise) {
  const auto asked = member(root_, name, json::Kind::String);
  if (!asked) return otherwise;
  if (asked->string() != yes && asked->string() != no) {
    error(codes::kUnknownValue,
          "'" + std::string(name) + "' must be " + std::string(no) + " or " + std::string(yes),
          *asked);
  }
  return asked->string() == yes;
}

/// Schemas may be written in another dialect than that of OpenAPI (3.1.1, section 4.8.24.5).
void Loader::load_dialect() {
  const auto written = member(root_, "jsonSchemaDialect", json::Kind::String);
  const auto other = written ? json_schema::dialect_of_uri(written->string()) : std::nullopt;
  registry_.set_source([this](std::string_view uri) { return model_.documents->find(uri); });
  json_schema::CompileOptions options;
  options.dialect = dialect_;
  using Formats = json_schema::CompileOptions::Formats;
  const bool annotates = chooses("x-faultline-formats", "annotate", "assert", false);
  options.formats = annotates ? Formats::Annotate : Formats::Assert;
  options.uri = model_.documents->base_of(root_);
  options.registry = &registry_;
  options.is_openapi2 = is_openapi2();
  options.is_nullable_lenient = chooses("x-faultline-nullable", "lenient", "spec",
                                        model_.documents->options().is_nullable_lenient);
  // 2020-12 is the base of OpenAPI's own.
  if (other && *other != json_schema::Dialect::Draft2020) options.dialect = *other;
  compiler_.emplace(root_, options, problems_);
  if (!written || other) return;
  compiler_->mark_all("keyword:jsonSchemaDialect");
  warning(codes::kNotChecked, "this dialect is not supported", *written)
      .notes.emplace_back("every body and parameter counts as unverifiable");
}

void Loader::load_paths(json::Value paths) {
  for (const json::Member& path : paths.members()) {
    if (!path.name().starts_with("x-")) load_path_item(path);
  }
  warn_of_ambiguous_paths(paths);
}

void Loader::load_path_item(const json::Member& path) {
  auto segments = parse_path_template(path.name());
  if (!segments) {
    error(codes::kPathTemplate,
          "'" + std::string(path.name()) + "' is no path: " + segments.error().message, path.key);
    // What was meant is often clear, and then nothing is said about its messages.
    segments = parse_path_template("/" + std::string(path.name()));
    if (!segments) return;
    paths_.push_back({std::string(path.name()), std::move(*segments), path.key});
    return route_unknown(path.value, path.name(), "contract-error");
  }
  const Followed item = follow(path.value);
  paths_.push_back({std::string(path.name()), std::move(*segments), path.key});
  if (!item.is_found) return route_unknown(path.value, path.name(), item.not_checked);
  if (!expect(item.value, json::Kind::Object, "a path item")) {
    return route_unknown(path.value, path.name(), "contract-error");
  }
  if (path.value.find("$ref") && path.value.size() > 1) {
    warning(codes::kNoEffect, "what stands beside this '$ref' has no effect", path.key);
  }
  const std::string pointer = "/paths/" + json::escape_token(path.name());
  const size_t operations = model_.operations.size();
  load_methods(item.value, paths_.back().path, pointer);
  load_additional(item.value, paths_.back().path, pointer);
  if (model_.operations.size() > operations) return;
  // One without methods is there as well (3.1.1, section 4.8.9: it may be empty, "due to ACL
  // constraints"), and comes before paths of parameters that fit.
  for (const std::string& base : base_paths(item.value, item.value)) {
    static_cast<void>(route_to(base, paths_.back().segments, paths_.back().path, item.value));
  }
}

/// A path of which nothing is known but that it is there.
void Loader::route_unknown(json::Value item, std::string_view path, const std::string& reason) {
  for (const std::string& base : base_paths(item, item)) {
    route_to(base, paths_.back().segments, path, item).not_checked = reason;
  }
}

void Loader::load_methods(json::Value item, const std::string& path, const std::string& pointer) {
  for (const json::Member& entry : item.members()) {
    const auto* method = std::find_if(kMethods.begin(), kMethods.end(), [&](const Method& known) {
      return known.key == entry.name() && (known.key != "query" || model_.is_since_32());
    });
    if (method != kMethods.end()) {
      load_named_operation(entry, std::string(method->name), path,
                           pointer + "/" + std::string(method->key), item);
    } else if (!entry.name().starts_with("x-") &&
               std::find(kPathItemKeys.begin(), kPathItemKeys.end(), entry.name()) ==
                   kPathItemKeys.end()) {
      error(codes::kUnknownValue, "unknown method '" + std::string(entry.name()) + "'", entry.key);
    }
  }
}

/// 3.2: methods of other names, as they are sent.
void Loader::load_additional(json::Value item, const std::string& path,
                             const std::string& pointer) {
  const auto others = model_.is_since_32()
                          ? member(item, "additionalOperations", json::Kind::Object)
                          : std::nullopt;
  if (!others) return;
  for (const json::Member& entry : others->members()) {
    load_named_operation(entry, std::string(entry.name()), path,
                         pointer + "/additionalOperations/" + json::escape_token(entry.name()),
                         item);
  }
}

void Loader::load_named_operation(const json::Member& entry, std::string method,
                                  const std::string& path, std::string pointer, json::Value item) {
  Operation operation;
  operation.method = std::move(method);
  operation.id = operation.method + " " + path;
  operation.key = entry.key;
  operation.place = {std::move(pointer), entry.value};
  for (const Segment& segment : paths_.back().segments) {
    for (const auto& part : segment.parts) {
      if (part.is_parameter) operation.path_names.push_back(part.text);
    }
  }
  load_operation(entry, std::move(operation), item);
}

/// Calls the other way: their paths are not those of this server.
void Loader::warn_of_outgoing(json::Value owner, std::string_view name) {
  const auto calls = owner.find(name);
  if (!calls || !calls->is_object() || calls->size() == 0) return;
  warning(codes::kNotChecked, "'" + std::string(name) + "' are not checked", *calls)
      .notes.emplace_back("they describe calls that the server makes");
}

/// Of a pair each is the more specific one somewhere, so both have parameters, and as many
/// segments.
void Loader::warn_of_ambiguous_paths(json::Value place) {
  std::map<size_t, std::vector<const LoadedPath*>> by_length;
  size_t shown = 0;
  size_t left_out = 0;
  size_t looks = 0;
  for (const LoadedPath& path : paths_) {
    const bool has_parameter = std::any_of(path.segments.begin(), path.segments.end(),
                                           [](const Segment& s) { return !s.is_literal(); });
    if (!has_parameter) continue;
    auto& others = by_length[path.segments.size()];
    looks += others.size();
    if (looks > kAmbiguousPairs) {
      warning(codes::kAmbiguousPaths, "from here on paths were not compared with others", path.key)
          .notes.emplace_back("there are too many to say which fit the same requests");
      break;
    }
    bool is_told = shown == kAmbiguousShown;
    for (const LoadedPath* other : others) {
      if (!is_ambiguous(path.segments, other->segments)) continue;
      if (is_told) {
        ++left_out;
        continue;
      }
      warn_of_ambiguous_pair(path, *other);
      is_told = true;
      ++shown;
    }
    others.push_back(&path);
  }
  if (left_out == 0) return;
  warning(codes::kAmbiguousPaths,
          std::to_string(left_out) + " more pairs of paths fit the same requests", place);
}

void Loader::warn_of_ambiguous_pair(const LoadedPath& path, const LoadedPath& other) {
  auto& problem =
      warning(codes::kAmbiguousPaths,
              "'" + path.path + "' and '" + other.path + "' fit the same requests", path.key);
  problem.secondary.push_back({other.key.span(), "the other one"});
  problem.notes.emplace_back("the one with the earlier literal segment counts");
}

/// Where the values of its path parameters stand among those of the path: behind all of them when
/// the template does not name the parameter.
void Loader::find_path_positions(Operation& operation) {
  const auto& names = operation.path_names;
  for (Parameter& parameter : operation.parameters) {
    if (parameter.in != ParameterIn::Path) continue;
    const auto name = std::find(names.begin(), names.end(), parameter.name);
    parameter.path_position = static_cast<uint32_t>(name - names.begin());
  }
}

void Loader::finish() {
  model_.program = compiler_->finish();
  const auto close_content = [&](std::vector<MediaType>& content) {
    for (MediaType& type : content) {
      if (type.schema.id != json_schema::kNoSchema) {
        const json_schema::TypeMask certain = model_.program[type.schema.id].certain;
        type.is_any_text = (certain & json_schema::types::kString) != 0;
      }
    }
  };
  const auto close_parameters = [&](std::vector<Parameter>& parameters) {
    for (Parameter& parameter : parameters) parameter.close(model_.program);
  };
  const auto close_all = [&](std::vector<MediaType>& content) {
    close_content(content);
    for (MediaType& type : content) {
      close_parameters(type.fields);
      for (Encoding& encoding : type.encodings) {
        close_parameters(encoding.headers);
        if (encoding.style) encoding.style->close(model_.program);
      }
    }
  };
  for (Operation& operation : model_.operations) {
    close_parameters(operation.parameters);
    find_path_positions(operation);
    if (operation.body) close_all(operation.body->content);
    for (Response& response : operation.responses) {
      close_all(response.content);
      close_parameters(response.headers);
    }
  }
}

Loader::Followed Loader::follow(json::Value value) {
  Followed followed = {value, true};
  for (int hops = 0; followed.is_found && hops < kReferenceChain; ++hops) {
    const auto ref = followed.value.find("$ref");
    if (!ref) return followed;
    if (!expect(*ref, json::Kind::String, "'$ref'")) return {value, false, "contract-error"};
    followed = follow_once(*ref);
  }
  if (!followed.is_found) return followed;
  error(codes::kReference, "this reference leads back to itself", value);
  return {value, false, "reference-cycle"};
}

Loader::Followed Loader::follow_once(json::Value ref) {
  const std::string text(ref.string());
  const std::string reason = "reference:" + text;
  const std::string uri = json_schema::resolve_uri(model_.documents->base_of(ref), text);
  const auto document = text.starts_with('#')
                            ? std::nullopt
                            : model_.documents->find(json_schema::without_fragment(uri));
  if (!document && !text.starts_with('#')) {
    warning(codes::kNotChecked, "'" + text + "' is not followed", ref).label =
        model_.documents->reason_for(json_schema::without_fragment(uri));
    return {ref, false, reason};
  }
  const json::Value root = document ? document->tree->root() : ref.document().root();
  const std::string pointer = percent_decode(json_schema::split_uri(uri).fragment);
  const auto target = json::resolve(root, pointer);
  if (target) return {*target, true};
  if (&ref.document() == &root_.document() && text.starts_with("#/")) {
    static_cast<void>(resolve_reference(root_, ref, problems_));  // has the better words
  } else {
    error(codes::kReference, "'" + text + "' leads nowhere", ref).label = "not in that document";
  }
  return {ref, false, reason};
}

bool Loader::expect(json::Value value, json::Kind kind, std::string_view what) {
  if (value.kind() == kind) return true;
  error(codes::kWrongKind,
        std::string(what) + " must be " + std::string(json::kind_name(kind)) + ", not " +
            std::string(json::kind_name(value.kind())),
        value);
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

Diagnostic& Loader::error(std::string_view code, std::string message, json::Value at) {
  if (code != codes::kReference) ++defects_;
  auto& problem = problems_.error(code, std::move(message), at.span());
  problem.file = model_.documents->file_of(at);
  return problem;
}

Diagnostic& Loader::warning(std::string_view code, std::string message, json::Value at) {
  auto& problem = problems_.warning(code, std::move(message), at.span());
  problem.file = model_.documents->file_of(at);
  return problem;
}

SchemaId Loader::add_schema(json::Value schema) {
  if (&schema.document() == &root_.document()) return compiler_->add(schema);
  return compiler_->add_of(schema, model_.documents->uri_of(schema));
}

}  // namespace faultline::contracts::openapi
