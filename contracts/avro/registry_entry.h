// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/marks.h"
#include "contracts/problems.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How Confluent's Schema Registry hands out a schema, and takes one:
///
///   {"schemaType": "AVRO", "schema": "{\"type\": ...}", "metadata": {"tags": {"**.ssn": ["PII"]}}}
namespace faultline::contracts::avro {

/// A tag that stands beside a schema: of the fields whose path fits the pattern.
struct PathTag {
  std::string pattern;
  Mark mark = Mark::None;
};

/// Tags of one entry; each is compared with every field.
inline constexpr size_t kPathTagsMax = 10'000;
/// Of the pattern of one.
inline constexpr size_t kPathBytesMax = 1'024;

struct RegistryEntry {
  std::string schema;
  std::vector<PathTag> tags;  // those that mark
};

/// Whether a JSON text is such an entry and no schema.
[[nodiscard]] bool is_registry_entry(json::Value root);

/// Nothing, with errors in `problems`, when it holds no Avro schema or tags that cannot be read.
[[nodiscard]] std::optional<RegistryEntry> read_registry_entry(json::Value root,
                                                               Problems& problems);

/// Whether the path of a field, its record's fullname and its own name, fits: `?` is one character
/// and `*` any number of them between dots, `**` any number of any. Raises `steps` by the
/// characters it compared: at most the product of both lengths, few for most.
[[nodiscard]] bool fits_path(std::string_view pattern, std::string_view path, size_t& steps);

}  // namespace faultline::contracts::avro
