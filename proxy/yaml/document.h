// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <vector>

namespace faultline::yaml {

struct LoadOptions {
  size_t bytes_max = limits::kConfigBytes;
  size_t depth_max = limits::kJsonDepth;
  size_t alias_nodes_max = limits::kYamlAliasNodes;
};

/// Reads one YAML 1.2 document (or JSON, which is a subset) into the tree of proxy/json, with the
/// place of every key and value in the source. Plain scalars are typed by the core schema (null,
/// true, 12, 0x1F, 1.5 - but `no`, `on` and `off` are texts), quoted ones are texts. Mapping keys
/// become texts as they are written. Aliases and merge keys (`<<`) are resolved. The document
/// copies what it needs and may outlive `file`.
///
/// On failure there is at least one error; duplicate keys and wrong aliases are all reported in
/// one pass, a syntax error ends the reading.
[[nodiscard]] tl::expected<json::Document, std::vector<Diagnostic>> load(
    const SourceFilePtr& file, const LoadOptions& options = {});

}  // namespace faultline::yaml
