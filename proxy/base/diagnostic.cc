// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/diagnostic.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace faultline {
namespace {

// A longer line (minified JSON) is shown as a window around its mark.
constexpr size_t kShownColumns = 160;
constexpr size_t kColumnsBeforeMark = 40;
constexpr size_t kColumnMarkBytes = 4096;

struct Style {
  std::string_view severity;
  std::string_view frame;
  std::string_view off;
};

Style style_of(DiagnosticSeverity severity, bool color) {
  if (!color) return {"", "", ""};
  switch (severity) {
    case DiagnosticSeverity::Error:
      return {"\x1b[1;31m", "\x1b[1;34m", "\x1b[0m"};
    case DiagnosticSeverity::Warning:
      return {"\x1b[1;33m", "\x1b[1;34m", "\x1b[0m"};
    case DiagnosticSeverity::Note:
      return {"\x1b[1;36m", "\x1b[1;34m", "\x1b[0m"};
  }
  return {"", "", ""};
}

std::string_view severity_text(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::Error:
      return "error";
    case DiagnosticSeverity::Warning:
      return "warning";
    case DiagnosticSeverity::Note:
      return "note";
  }
  return "error";
}

// One display column for each code point, so that marks stand under what they mean: control
// characters (tabs too) become a space, bytes that are not UTF-8 a question mark.
std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  columns.reserve(line.size());
  while (!line.empty()) {
    const size_t length = utf8_sequence_length(line);
    const auto byte = static_cast<unsigned char>(line.front());
    if (length == 0) {
      columns.emplace_back("?");
    } else if (byte < 0x20 || byte == 0x7F) {
      columns.emplace_back(" ");
    } else {
      columns.push_back(line.substr(0, length));
    }
    line.remove_prefix(length == 0 ? 1 : length);
  }
  return columns;
}

std::string join(const std::vector<std::string_view>& columns, size_t from, size_t to) {
  std::string text;
  for (size_t i = from; i < to; ++i) text += columns[i];
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// Where a span begins, and how many columns of its first line it covers (at least one).
struct Mark {
  SourcePosition at;
  size_t width = 1;
};

Mark mark_of(const SourceFile& file, SourceSpan span) {
  const auto begin = file.position(span.offset);
  const size_t last = std::min<size_t>(size_t{span.offset} + span.length, file.text().size());
  const auto end = file.position(static_cast<uint32_t>(last));
  const size_t columns = columns_of(file.line(begin.line)).size();
  size_t width = end.line == begin.line ? end.column - begin.column : 0;
  if (end.line != begin.line && columns + 1 > begin.column) width = columns + 1 - begin.column;
  return {begin, std::max<size_t>(width, 1)};
}

size_t gutter_width(const Diagnostic& d) {
  uint32_t line = d.file->position(d.span.offset).line;
  for (const auto& label : d.secondary) {
    line = std::max(line, d.file->position(label.span.offset).line);
  }
  return fmt::formatted_size("{}", line);
}

struct Snippet {
  SourceSpan span;
  std::string_view arrow;  // "-->" or ":::"
  char underline;
  std::string_view label;
};

// The source line with its number, and the mark under it.
void append_snippet(std::string& out, const SourceFile& file, const Snippet& snippet, size_t gutter,
                    const std::pair<Style, std::string_view>& styles) {
  const auto& [style, mark_style] = styles;
  const auto mark = mark_of(file, snippet.span);
  const auto columns = columns_of(file.line(mark.at.line));
  const size_t start = mark.at.column - 1;
  const bool window = columns.size() > kShownColumns;
  const size_t from = window && start > kColumnsBeforeMark ? start - kColumnsBeforeMark : 0;
  const size_t to = window ? std::min(columns.size(), from + kShownColumns) : columns.size();
  const std::string_view before = from > 0 ? "..." : "";
  const std::string_view after = to < columns.size() ? "..." : "";
  const size_t width = std::max<size_t>(1, std::min(mark.width, std::max(to, start + 1) - start));

  fmt::format_to(std::back_inserter(out), "{:{}}{}{}{} {}:{}:{}\n", "", gutter, style.frame,
                 snippet.arrow, style.off, file.name(), mark.at.line, mark.at.column);
  fmt::format_to(std::back_inserter(out), "{}{:{}} |{}\n", style.frame, "", gutter, style.off);
  const auto shown = fmt::format("{}{}{}", before, join(columns, from, to), after);
  fmt::format_to(std::back_inserter(out), "{}{:>{}} |{}{}{}\n", style.frame, mark.at.line, gutter,
                 style.off, shown.empty() ? "" : " ", shown);
  fmt::format_to(std::back_inserter(out), "{}{:{}} |{} {:{}}{}{}{}{}{}\n", style.frame, "", gutter,
                 style.off, "", before.size() + start - from, mark_style,
                 std::string(width, snippet.underline), snippet.label.empty() ? "" : " ",
                 snippet.label, style.off);
}

// The first line of the span with the replacement in place.
std::string replaced_line(const SourceFile& file, SourceSpan span, std::string_view replacement) {
  const auto text = file.text();
  const size_t offset = std::min<size_t>(span.offset, text.size());
  const size_t end = std::min<size_t>(offset + span.length, text.size());
  const auto line = file.line(file.position(span.offset).line);
  const size_t line_start = static_cast<size_t>(line.data() - text.data());
  const size_t line_end = line_start + line.size();
  std::string result(text.substr(line_start, offset - line_start));
  result += replacement;
  if (end < line_end) result += text.substr(end, line_end - end);
  const auto columns = columns_of(result);
  return join(columns, 0, columns.size());
}

void append_help(std::string& out, const Diagnostic& d, const Style& style) {
  if (d.help.empty()) return;
  fmt::format_to(std::back_inserter(out), "{}help{}: {}\n", style.frame, style.off, d.help);
  if (!d.file || !d.replacement) return;
  const auto at = d.file->position(d.span.offset);
  const size_t gutter = gutter_width(d);
  fmt::format_to(std::back_inserter(out), "{:{}}{}-->{} {}:{}:{}\n", "", gutter, style.frame,
                 style.off, d.file->name(), at.line, at.column);
  fmt::format_to(std::back_inserter(out), "{}{:>{}} |{} {}\n", style.frame, at.line, gutter,
                 style.off, replaced_line(*d.file, d.span, *d.replacement));
}

std::string counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string_view file_name(const Diagnostic& d) {
  return d.file ? std::string_view(d.file->name()) : std::string_view();
}

auto order_of(const Diagnostic& d) {
  return std::tuple(file_name(d), d.span.offset, d.span.length, std::string_view(d.code),
                    std::string_view(d.message));
}

std::string closing_line(const std::vector<const Diagnostic*>& all, std::string_view consequence) {
  size_t errors = 0;
  size_t warnings = 0;
  std::string_view code;
  std::vector<std::string_view> files;
  for (const auto* d : all) {
    const bool is_error = d->severity == DiagnosticSeverity::Error;
    if (is_error && code.empty()) code = d->code;
    errors += is_error ? 1 : 0;
    warnings += d->severity == DiagnosticSeverity::Warning ? 1 : 0;
    if (d->file && (files.empty() || files.back() != d->file->name())) {
      files.emplace_back(d->file->name());
    }
  }
  std::string line = errors > 0 ? counted(errors, "error") : "";
  if (warnings > 0) line += (line.empty() ? "" : ", ") + counted(warnings, "warning");
  if (line.empty()) line = counted(all.size(), "note");
  if (files.size() == 1) line += fmt::format(" in {}", files.front());
  if (files.size() > 1) line += fmt::format(" in {}", counted(files.size(), "file"));
  if (errors > 0 && !consequence.empty()) line += fmt::format("; {}", consequence);
  if (errors > 0) line += '.';
  if (!code.empty()) line += fmt::format(" Run 'faultline explain {}' for more.", code);
  return line + "\n";
}

std::string json_position(const SourcePosition& at) {
  return fmt::format(R"({{"line":{},"col":{}}})", at.line, at.column);
}

std::string json_range(const SourceFile& file, SourceSpan span) {
  const size_t end = std::min<size_t>(size_t{span.offset} + span.length, file.text().size());
  return fmt::format(R"({{"start":{},"end":{}}})", json_position(file.position(span.offset)),
                     json_position(file.position(static_cast<uint32_t>(end))));
}

}  // namespace

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  for (size_t begin = 0;;) {
    const size_t end = std::min(text_.find('\n', begin), text_.size());
    add_line(begin, end);
    if (end == text_.size()) return;
    begin = end + 1;
  }
}

void SourceFile::add_line(size_t begin, size_t end) {
  line_starts_.push_back(static_cast<uint32_t>(begin));
  const auto line = std::string_view(text_).substr(0, end);
  size_t marked = begin;
  uint32_t column = 1;
  for (size_t at = begin; end - marked > kColumnMarkBytes; ++column) {
    if (at - marked >= kColumnMarkBytes) {
      column_marks_.push_back({static_cast<uint32_t>(at), column});
      marked = at;
    }
    at += std::max<size_t>(1, utf8_sequence_length(line.substr(at)));
  }
}

SourcePosition SourceFile::position(uint32_t offset) const noexcept {
  const auto end = static_cast<uint32_t>(std::min<size_t>(offset, text_.size()));
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), end);
  const auto line = static_cast<uint32_t>(next - line_starts_.begin());
  ColumnMark from{*(next - 1), 1};
  const auto mark =
      std::upper_bound(column_marks_.begin(), column_marks_.end(), end,
                       [](uint32_t value, const ColumnMark& m) { return value < m.offset; });
  if (mark != column_marks_.begin() && (mark - 1)->offset > from.offset) from = *(mark - 1);
  auto rest = std::string_view(text_).substr(from.offset, end - from.offset);
  while (!rest.empty()) {
    rest.remove_prefix(std::max<size_t>(1, utf8_sequence_length(rest)));
    ++from.column;
  }
  return {line, from.column};
}

std::string_view SourceFile::line(uint32_t line) const noexcept {
  if (line == 0 || line > line_starts_.size()) return {};
  const size_t start = line_starts_[line - 1];
  size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
  if (end > start && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(start, end - start);
}

std::string render_diagnostic(const Diagnostic& diagnostic, bool color) {
  const auto& d = diagnostic;
  const auto style = style_of(d.severity, color);
  std::string out(style.severity);
  out += severity_text(d.severity);
  if (!d.code.empty()) out += fmt::format("[{}]", d.code);
  out += fmt::format("{}: {}\n", style.off, d.message);
  size_t gutter = 0;
  if (d.file) {
    gutter = gutter_width(d);
    append_snippet(out, *d.file, {d.span, "-->", '^', d.label}, gutter, {style, style.severity});
    for (const auto& label : d.secondary) {
      append_snippet(out, *d.file, {label.span, ":::", '-', label.text}, gutter,
                     {style, style.frame});
    }
    if (!d.notes.empty()) {
      fmt::format_to(std::back_inserter(out), "{}{:{}} |{}\n", style.frame, "", gutter, style.off);
    }
  }
  for (const auto& note : d.notes) {
    fmt::format_to(std::back_inserter(out), "{}{:{}} ={} note: {}\n", style.frame, "", gutter,
                   style.off, note);
  }
  append_help(out, d, style);
  return out;
}

std::string render_diagnostics(const std::vector<Diagnostic>& diagnostics, bool color,
                               std::string_view consequence) {
  if (diagnostics.empty()) return {};
  std::vector<const Diagnostic*> all;
  all.reserve(diagnostics.size());
  for (const auto& d : diagnostics) all.push_back(&d);
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic* a, const Diagnostic* b) {
    return order_of(*a) < order_of(*b);
  });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const Diagnostic* a, const Diagnostic* b) {
                          return order_of(*a) == order_of(*b);
                        }),
            all.end());

  // When there are too many, errors stay rather than warnings.
  auto shown = all;
  if (shown.size() > limits::kDiagnostics) {
    std::stable_sort(shown.begin(), shown.end(), [](const Diagnostic* a, const Diagnostic* b) {
      return a->severity < b->severity;
    });
    shown.resize(limits::kDiagnostics);
    std::stable_sort(shown.begin(), shown.end(), [](const Diagnostic* a, const Diagnostic* b) {
      return order_of(*a) < order_of(*b);
    });
  }
  std::string out;
  for (const auto* d : shown) out += render_diagnostic(*d, color) + "\n";
  if (shown.size() < all.size()) {
    out += fmt::format("... and {} more\n", all.size() - shown.size());
  }
  return out + closing_line(all, consequence);
}

std::string render_diagnostic_short(const Diagnostic& diagnostic) {
  const auto& d = diagnostic;
  if (!d.file) return fmt::format("{}: {}", severity_text(d.severity), d.message);
  const auto at = d.file->position(d.span.offset);
  return fmt::format("{}:{}:{}: {}: {}", d.file->name(), at.line, at.column,
                     severity_text(d.severity), d.message);
}

std::string render_diagnostic_json(const Diagnostic& diagnostic) {
  const auto& d = diagnostic;
  std::string out = fmt::format(R"({{"code":{},"severity":"{}","message":{})", json_quote(d.code),
                                severity_text(d.severity), json_quote(d.message));
  std::string labels;
  if (d.file) {
    out += fmt::format(R"(,"file":{},"range":{})", json_quote(d.file->name()),
                       json_range(*d.file, d.span));
    if (!d.label.empty()) {
      labels = fmt::format(R"({{"range":{},"text":{}}})", json_range(*d.file, d.span),
                           json_quote(d.label));
    }
    for (const auto& label : d.secondary) {
      labels += fmt::format(R"({}{{"range":{},"text":{}}})", labels.empty() ? "" : ",",
                            json_range(*d.file, label.span), json_quote(label.text));
    }
  }
  std::string notes;
  for (const auto& note : d.notes) notes += (notes.empty() ? "" : ",") + json_quote(note);
  out += fmt::format(R"(,"labels":[{}],"notes":[{}])", labels, notes);
  if (!d.help.empty()) {
    out += fmt::format(R"(,"help":{{"message":{})", json_quote(d.help));
    if (d.replacement) out += fmt::format(R"(,"replacement":{})", json_quote(*d.replacement));
    out += "}";
  }
  return out + "}";
}

}  // namespace faultline
