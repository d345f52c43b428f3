// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/resource_index.h"

#include "contracts/json_schema/keywords.h"
#include "contracts/json_schema/uri_reference.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

/// Metaschemas of metaschemas: one step in practice.
constexpr int kLanguageDepth = 8;

std::string_view text_of(json::Value object, std::string_view name) noexcept {
  const auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

std::string_view id_keyword(Dialect dialect) noexcept {
  return dialect == Dialect::Draft4 ? "id" : "$id";
}

bool is_same_node(json::Value a, json::Value b) noexcept {
  return a.index() == b.index() && &a.document() == &b.document();
}

/// Up to draft 7 a `$ref` hides its siblings, `$id` among them.
bool is_hidden_by_reference(json::Value schema, Dialect dialect) noexcept {
  if (dialect > Dialect::Draft7) return false;
  const auto ref = schema.find("$ref");
  return ref && ref->is_string();
}

}  // namespace

uint64_t ResourceIndex::key_of(json::Value value) {
  const json::Document* tree = &value.document();
  auto place = std::find(trees_.begin(), trees_.end(), tree);
  if (place == trees_.end()) place = trees_.insert(place, tree);
  return static_cast<uint64_t>(place - trees_.begin()) << 32U | value.index();
}

ResourceId ResourceIndex::add_resource(std::string uri, SourceFilePtr file, json::Value root,
                                       const Language& language) {
  const auto id = static_cast<ResourceId>(resources_.size());
  by_uri_.try_emplace(uri, id);
  Resource resource;
  resource.uri = std::move(uri);
  resource.file = std::move(file);
  resource.root = root;
  resource.language = language;
  resources_.push_back(std::move(resource));
  return id;
}

ResourceId ResourceIndex::add_document(std::string_view uri, SourceFilePtr file, json::Value root,
                                       const Language& language) {
  return add_resource(std::string(without_fragment(uri)), std::move(file), root, language);
}

ResourceId ResourceIndex::resource_of(json::Value schema, ResourceId otherwise) {
  const auto known = scopes_.find(key_of(schema));
  if (known != scopes_.end()) return known->second;
  search(schema, otherwise, 0);
  return scopes_.at(key_of(schema));
}

void ResourceIndex::search(json::Value schema, ResourceId scope, int depth) {
  const bool is_new = scopes_.try_emplace(key_of(schema), scope).second;
  if (!is_new || !schema.is_object() || depth > static_cast<int>(json::kDepthCeiling)) return;
  scope = enter_resource(schema, scope);
  scopes_[key_of(schema)] = scope;
  for (const json::Member& member : schema.members()) search_children(member, scope, depth);
}

void ResourceIndex::search_children(const json::Member& member, ResourceId scope, int depth) {
  const Keyword* keyword = find_keyword(member.name());
  if (keyword == nullptr || (keyword->dialects & bit_of(resources_[scope].language.dialect)) == 0) {
    return;
  }
  const json::Value value = member.value;
  const auto search_all = [&] {
    for (const json::Value element : value.elements()) search(element, scope, depth + 1);
  };
  switch (keyword->holds) {
    case Holds::Nothing:
      return;
    case Holds::Schema:
      return search(value, scope, depth + 1);
    case Holds::List:
      return search_all();
    case Holds::SchemaOrList:
      return value.is_array() ? search_all() : search(value, scope, depth + 1);
    case Holds::Map:
    case Holds::MapOfSchemasOrNames:
      for (const json::Member& entry : value.members()) {
        if (!entry.value.is_array()) search(entry.value, scope, depth + 1);
      }
      return;
  }
}

/// Reads what a schema says about where it is; gives the resource that it and its parts belong to.
ResourceId ResourceIndex::enter_resource(json::Value schema, ResourceId scope) {
  if (is_same_node(resources_[scope].root, schema)) read_language(scope, schema);
  Dialect dialect = resources_[scope].language.dialect;
  if (dialect == Dialect::OpenApi30) return scope;
  // An embedded resource may be of another dialect, and spell its `$id` as that one does.
  const auto other = dialect_of_uri(text_of(schema, "$schema"));
  if (other) dialect = *other;
  if (is_hidden_by_reference(schema, dialect)) return scope;
  std::string_view id = text_of(schema, id_keyword(dialect));
  const size_t hash = std::min(id.find('#'), id.size());
  const std::string fragment(id.substr(std::min(hash + 1, id.size())));
  id = id.substr(0, hash);
  if (!id.empty()) {
    const std::string uri = resolve_uri(resources_[scope].uri, id);
    if (is_same_node(resources_[scope].root, schema)) {
      resources_[scope].uri = uri;
      by_uri_.try_emplace(uri, scope);
    } else {
      const Language language = resources_[scope].language;
      scope = add_resource(uri, resources_[scope].file, schema, language);
      read_language(scope, schema);
    }
  }
  read_anchors(resources_[scope], schema, fragment);
  return scope;
}

void ResourceIndex::read_anchors(Resource& resource, json::Value schema,
                                 const std::string& id_fragment) {
  const Dialect dialect = resource.language.dialect;
  if (dialect <= Dialect::Draft7) {  // `"$id": "#name"` is what later became `$anchor`
    if (!id_fragment.empty()) {
      resource.anchors.try_emplace(id_fragment, Resource::Anchor{schema, false});
    }
    return;
  }
  const std::string_view anchor = text_of(schema, "$anchor");
  if (!anchor.empty()) {
    resource.anchors.try_emplace(std::string(anchor), Resource::Anchor{schema, false});
  }
  if (dialect == Dialect::Draft2019) {
    const auto recursive = schema.find("$recursiveAnchor");
    if (recursive && recursive->is_bool() && recursive->boolean() &&
        is_same_node(resource.root, schema)) {
      resource.is_recursive = true;
    }
    return;
  }
  const std::string_view dynamic = text_of(schema, "$dynamicAnchor");
  if (!dynamic.empty()) {
    resource.anchors.try_emplace(std::string(dynamic), Resource::Anchor{schema, true});
  }
}

void ResourceIndex::read_language(ResourceId id, json::Value root) {
  const std::string_view uri = text_of(root, "$schema");
  if (uri.empty() || resources_[id].language.dialect == Dialect::OpenApi30) return;
  const auto language = language_of(uri, 0);
  if (language) {
    resources_[id].language = *language;
  } else {
    resources_[id].is_unknown_language = true;
  }
}

std::optional<Language> ResourceIndex::language_of(std::string_view uri, int depth) {
  if (const auto dialect = dialect_of_uri(uri)) return Language{*dialect};
  if (registry_ == nullptr || depth > kLanguageDepth) return std::nullopt;
  const auto document = registry_->find(without_fragment(uri));
  if (!document) return std::nullopt;
  const json::Value metaschema = document->tree->root();
  auto language = language_of(text_of(metaschema, "$schema"), depth + 1);
  if (!language || !read_vocabularies(metaschema, *language)) return std::nullopt;
  return language;
}

/// False when it requires a vocabulary that is not known here: then nothing can be said about the
/// schema (2020-12 core, section 8.1.2).
bool ResourceIndex::read_vocabularies(json::Value metaschema, Language& language) {
  const auto written = metaschema.find("$vocabulary");
  if (language.dialect < Dialect::Draft2019 || !written || !written->is_object()) return true;
  language.vocabularies = vocabularies::kCore;
  for (const json::Member& member : written->members()) {
    const VocabularyMask known = vocabulary_of_uri(member.name());
    const bool is_required = member.value.is_bool() && member.value.boolean();
    if (known == 0 && is_required) return false;
    language.vocabularies = static_cast<VocabularyMask>(language.vocabularies | known);
  }
  return true;
}

ResourceId ResourceIndex::find_resource(const std::string& uri, ResourceId from) {
  if (uri == resources_[from].uri) return from;
  const auto known = by_uri_.find(uri);
  if (known != by_uri_.end()) return known->second;
  if (registry_ == nullptr) return kNoResource;
  auto document = registry_->find(uri);
  if (!document) return kNoResource;
  const json::Value root = document->tree->root();
  const SourceFilePtr file = document->file;
  documents_.push_back(std::move(*document));
  const ResourceId id = add_document(uri, file, root, {resources_.front().language.dialect});
  search(root, id, 0);
  return id;
}

ResourceIndex::Target ResourceIndex::resolve(ResourceId from, std::string_view reference) {
  const std::string uri = resolve_uri(resources_[from].uri, reference);
  const UriParts parts = split_uri(uri);
  const ResourceId resource = reference.starts_with('#') || reference.empty()
                                  ? from
                                  : find_resource(std::string(without_fragment(uri)), from);
  if (resource == kNoResource) return {};
  const std::string fragment = percent_decode(parts.fragment);
  if (fragment.empty() || fragment.starts_with('/')) return find_pointer(resource, fragment);
  const auto& anchors = resources_[resource].anchors;
  const auto anchor = anchors.find(fragment);
  if (anchor == anchors.end()) return {.kind = Target::Kind::Dangling};
  return {.kind = Target::Kind::Found,
          .schema = anchor->second.schema,
          .resource = resource,
          .dynamic_anchor = anchor->second.is_dynamic ? fragment : std::string()};
}

std::optional<json::Value> ResourceIndex::find_member(json::Value object, std::string_view name) {
  constexpr uint32_t kFew = 64;
  if (object.size() <= kFew) return object.find(name);
  const auto [entry, is_new] = members_.try_emplace(key_of(object));
  auto& by_name = entry->second;
  if (is_new) {
    for (const json::Member& member : object.members()) {
      by_name.try_emplace(member.name(), member.value);  // the first of a name counts
    }
  }
  const auto found = by_name.find(name);
  return found != by_name.end() ? std::optional(found->second) : std::nullopt;
}

ResourceIndex::Target ResourceIndex::find_pointer(ResourceId resource, std::string_view pointer) {
  const auto tokens = json::parse_pointer(pointer);
  if (!tokens) return {.kind = Target::Kind::Dangling};
  json::Value at = resources_[resource].root;
  for (const std::string& token : *tokens) {
    const bool is_position = at.is_array() && (token.size() == 1 || !token.starts_with('0'));
    const auto position = is_position ? parse_u64(token) : std::nullopt;
    const auto next = at.is_object()                      ? find_member(at, token)
                      : position && *position < at.size() ? at.at(static_cast<uint32_t>(*position))
                                                          : std::nullopt;
    if (!next) return {.kind = Target::Kind::Dangling};
    at = *next;
    // A pointer may lead into a resource inside this one.
    const auto scope = scopes_.find(key_of(at));
    if (scope != scopes_.end()) resource = scope->second;
  }
  if (at.is_object() || at.is_bool()) resource = resource_of(at, resource);
  return {.kind = Target::Kind::Found, .schema = at, .resource = resource, .dynamic_anchor = {}};
}

}  // namespace faultline::contracts::json_schema
