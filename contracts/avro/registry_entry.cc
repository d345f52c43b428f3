// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/registry_entry.h"

#include "contracts/avro/place.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::avro {
namespace {

bool is_wildcard(char c) { return c == '*' || c == '?'; }

void wrong(Problems& problems, json::Value at, std::string message) {
  note_pointer(problems.error(codes::kWrongKind, std::move(message), place_of(at)), at);
}

// What should be the object `metadata.tags`; nothing when there is none.
std::optional<json::Value> find_tags(json::Value root) {
  const auto metadata = root.find("metadata");
  if (!metadata || metadata->is_null()) return std::nullopt;
  if (!metadata->is_object()) return metadata;
  const auto tags = metadata->find("tags");
  return tags && tags->is_null() ? std::nullopt : tags;
}

}  // namespace

bool is_registry_entry(json::Value root) {
  return root.is_object() && !root.find("type") && root.find("schema");
}

std::optional<RegistryEntry> read_registry_entry(json::Value root, Problems& problems) {
  const json::Value schema = *root.find("schema");
  const auto type = root.find("schemaType");
  if (type && !(type->is_string() && type->string() == "AVRO")) {
    wrong(problems, *type, "the entry holds a schema that is not of Avro");
    return std::nullopt;
  }
  if (!schema.is_string()) {
    wrong(problems, schema, "'schema' must be a text that holds the schema");
    return std::nullopt;
  }
  RegistryEntry entry;
  entry.schema = schema.string();
  const auto tags = find_tags(root);
  if (!tags) return entry;
  if (!tags->is_object() || tags->size() > kPathTagsMax) {
    wrong(problems, *tags,
          "'metadata' must be an object whose 'tags' are at most " + std::to_string(kPathTagsMax) +
              " paths");
    return std::nullopt;
  }
  for (const json::Member tag : tags->members()) {
    if (tag.name().size() > kPathBytesMax) {
      wrong(problems, tag.value,
            "the path of a tag has at most " + std::to_string(kPathBytesMax) + " bytes");
      return std::nullopt;
    }
    const Mark mark = mark_of_tags(tag.value);
    if (mark != Mark::None) entry.tags.push_back({std::string(tag.name()), mark});
  }
  return entry;
}

bool fits_path(std::string_view pattern, std::string_view path, size_t& steps) {
  // Most patterns end in the name of a field, which most fields do not bear.
  for (++steps; !pattern.empty() && !is_wildcard(pattern.back()); ++steps) {
    if (path.empty() || path.back() != pattern.back()) return false;
    pattern.remove_suffix(1);
    path.remove_suffix(1);
  }
  if (pattern.empty()) return path.empty();
  steps += pattern.size() * (path.size() + 1);
  // fits[i]: the pattern so far fits the first i characters of the path.
  std::vector<char> fits(path.size() + 1, 0);
  fits[0] = 1;
  while (!pattern.empty()) {
    const bool crosses_dots = pattern.starts_with("**");
    if (pattern.front() == '*') {
      for (size_t i = 0; i < path.size(); ++i) {
        if (fits[i] != 0 && (crosses_dots || path[i] != '.')) fits[i + 1] = 1;
      }
    } else {
      const char want = pattern.front();
      for (size_t i = path.size(); i > 0; --i) {
        const bool is_same = want == '?' ? path[i - 1] != '.' : path[i - 1] == want;
        fits[i] = is_same ? fits[i - 1] : char{0};
      }
      fits[0] = 0;
    }
    pattern.remove_prefix(crosses_dots ? 2 : 1);
  }
  return fits.back() != 0;
}

}  // namespace faultline::contracts::avro
