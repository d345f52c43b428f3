// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/dialect.h"
#include "contracts/json_schema/registry.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace faultline::contracts::json_schema {

using ResourceId = uint32_t;
inline constexpr ResourceId kNoResource = UINT32_MAX;

/// A schema with a base URI of its own: a whole document, or what `$id` sets apart inside one
/// (JSON Schema 2020-12 core, section 4.3.5). `$schema` and anchors belong to resources.
struct Resource {
  struct Anchor {
    json::Value schema;
    bool is_dynamic = false;
  };
  std::string uri;  // without a fragment; "" when nobody gave one
  json::Value root;
  SourceFilePtr file;
  Language language;
  std::unordered_map<std::string, Anchor> anchors;  // looked up only
  bool is_recursive = false;                        // `$recursiveAnchor: true` at its root
  bool is_unknown_language = false;                 // `$schema` names what nobody here speaks
};

/// Which schema belongs to which resource, and where references lead (RFC 3986, RFC 6901). Looks
/// for `$id` and anchors where the resource's own dialect says that schemas stand, nowhere else.
class ResourceIndex {
 public:
  explicit ResourceIndex(const Registry* registry) : registry_(registry) {}

  /// A document. The first one is that which is being compiled. Its schemas are searched when they
  /// are met: it may be one itself, or hold some (OpenAPI).
  ResourceId add_document(std::string_view uri, SourceFilePtr file, json::Value root,
                          const Language& language);

  /// The document of that URI, read from the registry if need be; kNoResource when nobody gave it.
  [[nodiscard]] ResourceId find_document(std::string_view uri) {
    return find_resource(std::string(uri), 0);
  }

  /// The resource a schema belongs to. One that was not met before is searched as part of
  /// `otherwise`.
  [[nodiscard]] ResourceId resource_of(json::Value schema, ResourceId otherwise);

  struct Target {
    enum class Kind : uint8_t {
      Found,
      External,  // a document that nobody gave
      Dangling,  // the document is here, but there is nothing at that place
    };
    Kind kind = Kind::External;
    json::Value schema = {};
    ResourceId resource = kNoResource;
    std::string dynamic_anchor = {};  // when the reference names one
  };
  [[nodiscard]] Target resolve(ResourceId from, std::string_view reference);

  [[nodiscard]] const Resource& operator[](ResourceId id) const noexcept { return resources_[id]; }
  [[nodiscard]] size_t size() const noexcept { return resources_.size(); }
  /// Trees of the registry's documents that were entered: whoever keeps values of theirs keeps
  /// these.
  [[nodiscard]] const std::vector<SchemaDocument>& documents() const noexcept { return documents_; }

 private:
  [[nodiscard]] uint64_t key_of(json::Value value);
  ResourceId add_resource(std::string uri, SourceFilePtr file, json::Value root,
                          const Language& language);
  void search(json::Value schema, ResourceId scope, int depth);
  void search_children(const json::Member& member, ResourceId scope, int depth);
  [[nodiscard]] ResourceId enter_resource(json::Value schema, ResourceId scope);
  static void read_anchors(Resource& resource, json::Value schema, const std::string& id_fragment);
  void read_language(ResourceId id, json::Value root);
  [[nodiscard]] bool read_vocabularies(json::Value metaschema, Language& language);
  [[nodiscard]] std::optional<Language> language_of(std::string_view uri, int depth);
  [[nodiscard]] ResourceId find_resource(const std::string& uri, ResourceId from);
  [[nodiscard]] Target find_pointer(ResourceId resource, std::string_view pointer);
  [[nodiscard]] std::optional<json::Value> find_member(json::Value object, std::string_view name);

  const Registry* registry_;
  std::vector<Resource> resources_;
  std::unordered_map<std::string, ResourceId> by_uri_;  // looked up only
  std::unordered_map<uint64_t, ResourceId> scopes_;     // by node; looked up only
  /// Members by name of objects that have many: a document whose definitions refer to each other
  /// would otherwise take the square of their number.
  std::unordered_map<uint64_t, std::unordered_map<std::string_view, json::Value>> members_;
  std::vector<const json::Document*> trees_;  // by their number in node keys
  std::vector<SchemaDocument> documents_;
};

}  // namespace faultline::contracts::json_schema
