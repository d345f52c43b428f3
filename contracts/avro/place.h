// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

namespace faultline::contracts::avro {

/// Where a diagnostic points: all of a text, the first character of an object or a list.
[[nodiscard]] SourceSpan place_of(json::Value value);

/// Adds "at /fields/0/type"; nothing for the whole.
void note_pointer(Diagnostic& diagnostic, json::Value at);

}  // namespace faultline::contracts::avro
