// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/lexicon.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace faultline::redaction {

/// What a contract says about the places of one message: this room knows no contracts, so whoever
/// has one translates `format: password`, `x-pii`, `x-sensitive`, `writeOnly`, tags and the names
/// of path parameters into these.
struct Hint {
  enum class In : uint8_t {
    PathSegment,  // `segment` counts from 0, from the end, without the query
    Query,        // `name`
    Field,        // `name`, whatever its case
    Cookie,       // `name`
    Body,         // `pointer` below the root of a JSON body or of a record's value, `*` for every
                  // element or member; without a name all of it, also of a value that is no JSON
    Key,          // the same of a record's key
  };
  In in = In::Body;
  size_t segment = 0;
  std::string name{};
  std::vector<std::string> pointer{};
  NameKind kind = NameKind::Secret;  // Secret or Pii
};

using Hints = std::vector<Hint>;

}  // namespace faultline::redaction
