// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/origin.h"
#include "redaction/policy/operators.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Why an edit is made, for audits and explanations.
struct Origin {
  Rule rule = Rule::Form;
  Operator op = Operator::Shape;
  uint32_t place = PlaceBook::kElsewhere;
};

/// Bytes [begin, end) of a text become `text`. Everything outside stays byte for byte.
struct Edit {
  uint32_t begin = 0;
  uint32_t end = 0;
  ClassId class_id = ClassId::KeySecret;
  std::string text;
  Origin origin{};
};

using Edits = std::vector<Edit>;

/// Sorts from index `first` on and merges what overlaps: the longest replacement covers the union,
/// so no tail of a value is left beside a shorter find.
void settle(Edits& edits, size_t first = 0);

/// The text with settled edits applied.
[[nodiscard]] std::string apply_edits(std::string_view text, const Edits& edits);

/// Takes a settled edit of the text that `edits` make and turns `edits` into those that make the
/// same of the text before them. Every edit of `edits` behind `next` stays as it is.
void compose(Edits& edits, const Edit& next);

}  // namespace faultline::redaction
