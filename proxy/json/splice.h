// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Byte-exact edits of JSON text: what is not edited keeps its bytes, white space and order.
///
///   auto document = Document::parse(text);
///   auto edited = splice(text, {replace_value(*document->root().find("price"), "\"free\"")});
namespace faultline::json {

struct Edit {
  SourceSpan span;  // what goes
  std::string replacement;
};

/// Fails when the edits are not in order, overlap, or lie outside the text. Two insertions at one
/// place keep their order.
[[nodiscard]] Result<std::string> splice(std::string_view text, const std::vector<Edit>& edits);

/// `json` is put in place of the value as it stands.
[[nodiscard]] Edit replace_value(Value value, std::string json);
[[nodiscard]] Edit rename_key(const Member& member, std::string_view name);
/// Behind the last member, with the comma that belongs there.
[[nodiscard]] Edit insert_member(Value object, std::string_view name, std::string_view json);

/// Removes members or elements with the commas that belong to them. `positions` count from 0, in
/// ascending order without repeats; those beyond the end are ignored.
[[nodiscard]] std::vector<Edit> remove_children(Value container,
                                                std::span<const uint32_t> positions);
[[nodiscard]] Edit remove_child(Value container, uint32_t position);

/// The one value that changes when `replacement` is put in place of the span: a string or a number
/// that is no name, and stays what it is. All else is then read as before. Nothing when more may
/// change, or when it is not plain to see.
[[nodiscard]] std::optional<Value> sole_change(Value root, SourceSpan span,
                                               std::string_view replacement);

}  // namespace faultline::json
