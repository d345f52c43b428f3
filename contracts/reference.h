// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/problems.h"
#include "proxy/json/tape.h"

#include <optional>
#include <string_view>

namespace faultline::contracts {

/// What a `$ref` leads to.
struct Reference {
  enum class Kind : uint8_t {
    Local,     // `#/...`, found
    External,  // another document, or an anchor
    Dangling,  // `#/...`, nothing there; reported
  };
  Kind kind = Kind::Dangling;
  json::Value target;  // Local only
};

/// Resolves the text of a `$ref` inside its own document (RFC 6901 in a URI fragment). `ref` is the
/// string node, for the place of an error.
[[nodiscard]] Reference resolve_reference(json::Value root, json::Value ref, Problems& problems);

}  // namespace faultline::contracts
