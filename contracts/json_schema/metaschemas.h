// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <span>
#include <string_view>

namespace faultline::contracts::json_schema {

/// A schema of schemas that a specification publishes; every registry knows all of them.
struct Metaschema {
  std::string_view uri;  // without a fragment
  std::string_view text;
};

[[nodiscard]] std::span<const Metaschema> metaschemas_old() noexcept;   // drafts 4, 6, 7
[[nodiscard]] std::span<const Metaschema> metaschemas_2019() noexcept;  // with its vocabularies
[[nodiscard]] std::span<const Metaschema> metaschemas_2020() noexcept;  // and OpenAPI 3.1

}  // namespace faultline::contracts::json_schema
