// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/compiler.h"
#include "contracts/openapi/model.h"
#include "contracts/problems.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

/// Reads a parsed document into a Model. Every complaint goes to `problems`. Made for one call of
/// run().
///
/// A complaint about one operation or schema leaves the rest usable: what is wrong carries a reason
/// in `not_checked`, and messages that need it count as unverifiable.
class Loader {
 public:
  Loader(Model& model, Problems& problems);
  /// False when the document as a whole is refused.
  [[nodiscard]] bool run();

 private:
  struct LoadedPath {
    std::string path;
    std::vector<Segment> segments;
    json::Value key;
  };
  /// Where a chain of `$ref` ends. `not_checked` says why there is nothing.
  struct Followed {
    json::Value value;
    bool is_found = false;
    std::string not_checked = {};
  };

  // loader.cc: the document, its paths and its problems.
  [[nodiscard]] bool load_version();
  void load_dialect();
  /// What an extension of the document's root says, one of two words.
  [[nodiscard]] bool chooses(std::string_view name, std::string_view yes, std::string_view no,
                             bool otherwise);
  void load_paths(json::Value paths);
  void load_path_item(const json::Member& member);
  void load_methods(json::Value item, const std::string& path, const std::string& pointer);
  void warn_of_outgoing(json::Value owner, std::string_view name);
  void warn_of_ambiguous_paths(json::Value place);
  void warn_of_ambiguous_pair(const LoadedPath& path, const LoadedPath& other);
  void load_additional(json::Value item, const std::string& path, const std::string& pointer);
  void load_named_operation(const json::Member& entry, std::string method, const std::string& path,
                            std::string pointer, json::Value item);
  void route_unknown(json::Value item, std::string_view path, const std::string& reason);
  void find_path_positions(Operation& operation);
  void finish();
  [[nodiscard]] Followed follow(json::Value value);
  [[nodiscard]] Followed follow_once(json::Value ref);
  [[nodiscard]] bool expect(json::Value value, json::Kind kind, std::string_view what);
  /// The member if it is there and of that kind; complains about another kind.
  [[nodiscard]] std::optional<json::Value> member(json::Value owner, std::string_view name,
                                                  json::Kind kind);
  [[nodiscard]] bool flag(json::Value owner, std::string_view name, bool otherwise);
  Diagnostic& error(std::string_view code, std::string message, json::Value at);
  Diagnostic& warning(std::string_view code, std::string message, json::Value at);
  [[nodiscard]] SchemaId add_schema(json::Value schema);

  // loader_servers.cc: what stands before the paths.
  void route(const Operation& operation, uint32_t index, const std::vector<Segment>& segments,
             json::Value item);
  [[nodiscard]] Route& route_to(const std::string& base, const std::vector<Segment>& segments,
                                std::string_view path, json::Value item);
  [[nodiscard]] std::vector<std::string> base_paths(json::Value operation, json::Value item);
  [[nodiscard]] const std::vector<std::string>& base_paths_of_list(json::Value servers);
  [[nodiscard]] std::vector<std::string> base_paths_of(json::Value server);
  void warn_of_unknown_variables(json::Value url, std::optional<json::Value> variables);
  [[nodiscard]] static std::vector<std::string> expand_variable(
      const std::vector<std::string>& paths, const json::Member& variable);

  // loader_security.cc
  void load_security_schemes();
  [[nodiscard]] Credential load_credential(std::string_view name, json::Value scheme);
  [[nodiscard]] SecurityRequirement load_security(json::Value operation);

  // loader_operation.cc
  void load_operation(const json::Member& member, Operation operation, json::Value item);
  void check_path_names(const Operation& operation, json::Value place);
  void load_parameters(json::Value list, const std::string& pointer, Operation& operation);
  [[nodiscard]] std::optional<Parameter> load_parameter(json::Value value, std::string pointer,
                                                        Operation& operation);
  [[nodiscard]] RequestBody load_body(json::Value value, std::string pointer);
  void load_responses(json::Value responses, Operation& operation);
  [[nodiscard]] Response load_response(const json::Member& member, std::string pointer,
                                       const Operation& operation);
  void load_headers(json::Value headers, const std::string& pointer, std::vector<Parameter>& list);

  // loader_content.cc
  void load_form(json::Value value, Parameter& parameter);
  void load_style(json::Value value, Parameter& parameter);
  [[nodiscard]] std::vector<MediaType> load_content(json::Value owner, const std::string& pointer);
  void load_media_type(json::Value value, const std::string& pointer, MediaType& type);
  void load_encodings(json::Value encodings, const std::string& pointer, MediaType& type);
  void load_event_data(json::Value schema, const std::string& pointer, MediaType& type, int depth);

  // loader_openapi2.cc: what OpenAPI 2.0 says in another way.
  void load_parameter2(json::Value value, Parameter& parameter);
  void load_format2(json::Value value, Parameter& parameter);
  void load_body2(json::Value item, const std::string& item_pointer, Operation& operation);
  void load_body_list2(json::Value owner, const std::string& pointer, Operation& operation,
                       std::vector<Parameter>& fields);
  void load_field2(json::Value value, std::string pointer, std::vector<Parameter>& fields);
  void load_content2(json::Value schema, const std::string& pointer,
                     const std::vector<std::string_view>& keys, std::vector<MediaType>& content);
  [[nodiscard]] std::vector<std::string_view> media_types2(json::Value operation,
                                                           std::string_view name);
  [[nodiscard]] bool is_openapi2() const noexcept { return model_.version == "2.0"; }

  struct Scheme {
    std::string name;
    Credential credential;
  };

  Model& model_;
  Problems& problems_;
  json::Value root_;
  json_schema::Dialect dialect_ = json_schema::Dialect::OpenApi31;
  json_schema::Registry registry_;
  std::optional<json_schema::Compiler> compiler_;
  std::vector<LoadedPath> paths_;
  std::vector<Scheme> schemes_;
  // The base paths of each list of servers.
  std::map<std::pair<const json::Document*, uint32_t>, std::vector<std::string>> server_lists_;
  size_t defects_ = 0;  // complaints that make what is being loaded unverifiable
};

}  // namespace faultline::contracts::openapi
