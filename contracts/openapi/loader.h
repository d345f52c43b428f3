// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/compiler.h"
#include "contracts/openapi/model.h"
#include "contracts/problems.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// Reads a parsed document into a Model. Every complaint goes to `problems`; the model is usable
/// only when none of them is an error.
class Loader {
 public:
  Loader(Model& model, Problems& problems);
  void run();

 private:
  void load_version();
  void load_dialect();
  void load_security();
  void load_paths(json::Value paths);
  void load_path_item(const json::Member& member);
  void load_operation(const json::Member& member, Operation operation, json::Value item);
  void route(const Operation& operation, uint32_t index, const std::vector<Segment>& segments,
             json::Value item);
  [[nodiscard]] Route& route_to(const std::string& base, const std::vector<Segment>& segments,
                                std::string_view path, json::Value item);
  void check_path_names(const Operation& operation, json::Value place);
  void warn_of_ambiguous_paths();
  void finish();

  [[nodiscard]] std::vector<std::string> base_paths(json::Value operation, json::Value item);
  [[nodiscard]] std::vector<std::string> base_paths_of(json::Value server);
  [[nodiscard]] static std::vector<std::string> expand_variable(
      const std::vector<std::string>& paths, const json::Member& variable);

  void load_parameters(json::Value list, const std::string& pointer, Operation& operation);
  [[nodiscard]] std::optional<Parameter> load_parameter(json::Value value, std::string pointer,
                                                        bool& is_external);
  void load_form(json::Value value, Parameter& parameter);
  [[nodiscard]] RequestBody load_body(json::Value value, std::string pointer);
  void load_responses(json::Value responses, Operation& operation);
  [[nodiscard]] Response load_response(const json::Member& member, std::string pointer);
  void load_headers(json::Value headers, Response& response);
  [[nodiscard]] std::vector<MediaType> load_content(json::Value owner, const std::string& pointer);

  /// Follows `$ref`s. Nothing when they lead out of the document (`is_external`) or nowhere.
  [[nodiscard]] std::optional<json::Value> dereference(json::Value value, bool& is_external);
  [[nodiscard]] bool expect(json::Value value, json::Kind kind, std::string_view what);
  /// The member if it is there and of that kind; complains about another kind.
  [[nodiscard]] std::optional<json::Value> member(json::Value owner, std::string_view name,
                                                  json::Kind kind);
  [[nodiscard]] bool flag(json::Value owner, std::string_view name, bool otherwise);

  struct LoadedPath {
    std::string path;
    std::vector<Segment> segments;
    SourceSpan key;
  };

  Model& model_;
  Problems& problems_;
  json::Value root_;
  json_schema::Dialect dialect_ = json_schema::Dialect::OpenApi31;
  std::optional<json_schema::Compiler> compiler_;
  std::vector<LoadedPath> paths_;
};

}  // namespace faultline::contracts::openapi
