// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

/// A piece of a text, in bytes.
struct SourceSpan {
  uint32_t offset = 0;
  uint32_t length = 0;
};

/// 1-based. The column counts Unicode code points, as editors do.
struct SourcePosition {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// A text with a name, and where its lines begin. Immutable; shared by the diagnostics and the
/// documents that point into it (two owners: a diagnostic may outlive the load that made it).
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// Line and column, counted from 1, the column in code points. Takes no longer for a long line.
  [[nodiscard]] SourcePosition position(uint32_t offset) const noexcept;
  /// Without its line end. `line` counts from 1.
  [[nodiscard]] std::string_view line(uint32_t line) const noexcept;

 private:
  std::string name_;
  void add_line(size_t begin, size_t end);

  std::string text_;
  std::vector<uint32_t> line_starts_;
  // Columns of a line are counted from the place before, so that a minified file costs no more
  // than one with lines.
  struct ColumnMark {
    uint32_t offset;
    uint32_t column;
  };
  std::vector<ColumnMark> column_marks_;  // every few KB of a long line, by offset
};

using SourceFilePtr = std::shared_ptr<const SourceFile>;

enum class DiagnosticSeverity : uint8_t { Error, Warning, Note };

struct DiagnosticLabel {
  SourceSpan span;
  std::string text;
};

/// One complaint about a text from a person: what, where, why, and how to mend it. Ids: FL0xxx
/// configuration, FL1xxx network, FL2xxx HTTP, FL4xxx contracts, FL5xxx redaction.
struct Diagnostic {
  std::string code;  // "FL0104"
  DiagnosticSeverity severity = DiagnosticSeverity::Error;
  std::string message;  // lower case, no full stop, never the fix
  SourceFilePtr file;   // null when there is no place
  SourceSpan span;
  std::string label;                       // at the caret
  std::vector<DiagnosticLabel> secondary;  // other places in the same file
  std::vector<std::string> notes;          // causes
  std::string help;                        // the fix, if one is known
  std::optional<std::string> replacement;  // text that replaces `span`
};

/// The form of user-experience.md section 5 (rustc's). `color` adds terminal escapes.
[[nodiscard]] std::string render_diagnostic(const Diagnostic& diagnostic, bool color = false);

/// All of them (at most limits::kDiagnostics, sorted by place, duplicates removed) and the closing
/// count line, which says what follows from errors.
[[nodiscard]] std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics,
                                             bool color = false,
                                             std::string_view consequence = "nothing was changed");

/// `file:line:col: error: message`, for tools.
[[nodiscard]] std::string render_diagnostic_short(const Diagnostic& diagnostic);

/// One JSON object: {code, severity, message, file, range, labels, notes, help}.
[[nodiscard]] std::string render_diagnostic_json(const Diagnostic& diagnostic);

}  // namespace faultline
