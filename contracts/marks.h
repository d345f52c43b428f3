// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstdint>
#include <string_view>

namespace faultline::contracts {

/// What a contract itself says of a value; of two marks the greater holds.
enum class Mark : uint8_t { None, Pii, Secret };

/// What the annotations say that stand on `source`, a schema, a field or a parameter of any format:
/// `x-sensitive`, `x-secret`, `x-pii`, `__sensitivity` and the inline tags of Confluent's Schema
/// Registry, `confluent:tags`. An annotation of a kind nobody knows marks: to replace too much
/// harms less than to replace too little.
[[nodiscard]] Mark mark_of_annotations(json::Value source);

/// What one tag says: that of its words, in any case. PII, PHI, PCI, GDPR, HIPAA, PERSONAL and
/// PRIVATE are personal; SENSITIVE, SECRET, CONFIDENTIAL, RESTRICTED and CREDENTIAL secret. One of
/// these right after NO, NON or NOT does not count (NON_PII), nor do other words: tags serve many
/// ends.
[[nodiscard]] Mark mark_of_tag(std::string_view tag);

/// What a list of tags says, or a single one: the value of `confluent:tags`.
[[nodiscard]] Mark mark_of_tags(json::Value tags);

}  // namespace faultline::contracts
