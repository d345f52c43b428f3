// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/finders.h"
#include "redaction/lexicon.h"
#include "redaction/patterns.h"
#include "redaction/survey.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Something to replace: a value by its form (`kind` None, `class_id` counts) or by the name in
/// front of it (`kind` counts).
struct Find {
  Range range;
  ClassId class_id = ClassId::KeySecret;
  NameKind kind = NameKind::None;
  bool quoted = false;  // a named value between quotes
};

/// What one pass over a text saw.
struct Scan {
  std::vector<Find> finds;     // may overlap
  std::vector<Range> runs;     // long enough to be base64 or hex of something
  bool has_percent = false;    // percent escapes: the decoded text must be scanned instead
  bool has_backslash = false;  // escapes of JSON strings

  void clear() {
    finds.clear();
    runs.clear();
    has_percent = false;
    has_backslash = false;
  }
};

/// One pass: masks of 64 bytes (anchors/block.h), then finders and expressions where a bit stands.
void scan_text(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out);

/// The same without masks and filters: every finder is asked at every place. The slow twin that
/// tests compare with.
void scan_text_slowly(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out);

/// Scans a body as a whole for what may be found in it or in any value of it, a JSON string without
/// escapes or a part between line ends. Warm becomes what is found, a run that decodes to text, and
/// every escape. Names that say something and numbers that are not spelled as digits alone ask for
/// the structure. `scratch` is overwritten.
///
/// SurveyOf::Values is for a JSON text whose members are walked in any case: their names are left
/// out, and so is what they say of their values. Whether it is quiet means nothing then.
enum class SurveyOf : uint8_t { NamesAndValues, Values };
void survey_text(std::string_view text, SurveyOf of, NameCache& names, PatternSet& patterns,
                 Scan& scratch, Survey& out);

/// The value of `name=value`, `"name": "value"` or `<name>value</name>` whose mark (`=`, `:` or
/// `>`) stands at `mark`, when the name decides about values.
[[nodiscard]] std::optional<Find> find_named(std::string_view text, size_t mark, NameCache& names);

/// The name at the beginning of a tag, without its mark.
[[nodiscard]] std::string_view tag_name(std::string_view tag) noexcept;

/// Where the tag begins whose `>` stands at `mark`, at `from` or behind it, if it does not begin
/// more than kTagMax bytes away.
inline constexpr size_t kTagMax = 128;
[[nodiscard]] std::optional<size_t> find_tag(std::string_view text, size_t mark,
                                             size_t from = 0) noexcept;

}  // namespace faultline::redaction
