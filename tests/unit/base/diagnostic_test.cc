// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/diagnostic.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace faultline {
namespace {

SourceFilePtr make_file(std::string text, std::string name = "faultline.yaml") {
  return std::make_shared<const SourceFile>(std::move(name), std::move(text));
}

// A diagnostic about the first place of `word`.
Diagnostic about(const SourceFilePtr& file, std::string_view word, std::string message) {
  Diagnostic d;
  d.code = "FL0104";
  d.message = std::move(message);
  d.file = file;
  d.span = {static_cast<uint32_t>(file->text().find(word)), static_cast<uint32_t>(word.size())};
  return d;
}

TEST(SourceFile, FindsLinesAndColumnsInCodePoints) {
  const auto file = make_file("a\r\n\xC3\xA9\xF0\x9F\x98\x80z\n\nlast");

  const auto expect_at = [&file](uint32_t offset, uint32_t line, uint32_t column) {
    const auto at = file->position(offset);
    EXPECT_EQ(at.line, line) << offset;
    EXPECT_EQ(at.column, column) << offset;
  };
  expect_at(0, 1, 1);
  expect_at(3, 2, 1);
  expect_at(5, 2, 2);
  expect_at(9, 2, 3);
  expect_at(11, 3, 1);
  expect_at(12, 4, 1);
  expect_at(16, 4, 5);
  expect_at(9999, 4, 5);
  EXPECT_EQ(file->line(1), "a");
  EXPECT_EQ(file->line(2), "\xC3\xA9\xF0\x9F\x98\x80z");
  EXPECT_EQ(file->line(3), "");
  EXPECT_EQ(file->line(4), "last");
  EXPECT_EQ(file->line(0), "");
  EXPECT_EQ(file->line(5), "");
}

// Lines that are long in bytes, in code points, or hold what is no UTF-8, against a count from the
// line's start.
TEST(SourceFile, CountsColumnsOfLongLinesAsOfShortOnes) {
  constexpr std::array<std::string_view, 5> kPieces{"a", "\xC3\xA9", "\xF0\x9F\x98\x80", "\xFF",
                                                    "\xE2\x82"};
  std::string text = "short\n";
  for (size_t i = 0; i < 9000; ++i) text += kPieces[i * i % 7 % kPieces.size()];
  text += "\n" + std::string(4096, 'b') + "\n" + std::string(4097, 'c') + "\nlast";
  const auto file = make_file(text);

  uint32_t line = 1;
  uint32_t column = 1;
  size_t next = 0;  // where the code point after the one at hand begins
  for (size_t offset = 0; offset < text.size(); ++offset) {
    if (offset == next) {
      const auto length = utf8_sequence_length(std::string_view(text).substr(offset));
      next = offset + std::max<size_t>(1, length);
      const auto at = file->position(static_cast<uint32_t>(offset));
      ASSERT_EQ(at.line, line) << offset;
      ASSERT_EQ(at.column, column) << offset;
      ++column;
    }
    if (text[offset] == '\n') {
      ++line;
      column = 1;
    }
  }
}

TEST(Diagnostic, ShowsLabelNoteAndReplacedLine) {
  const auto file = make_file(std::string(17, '\n') + "    fault: { latncy: { fixed: 200ms } }\n");
  auto d = about(file, "latncy", "unknown key 'latncy' in fault");
  d.label = "not a fault";
  d.notes = {"faults are abort, drop, latency"};
  d.help = "did you mean 'latency'?";
  d.replacement = "latency";

  EXPECT_EQ(render_diagnostic(d),
            "error[FL0104]: unknown key 'latncy' in fault\n"
            "  --> faultline.yaml:18:14\n"
            "   |\n"
            "18 |     fault: { latncy: { fixed: 200ms } }\n"
            "   |              ^^^^^^ not a fault\n"
            "   |\n"
            "   = note: faults are abort, drop, latency\n"
            "help: did you mean 'latency'?\n"
            "  --> faultline.yaml:18:14\n"
            "18 |     fault: { latency: { fixed: 200ms } }\n");
}

TEST(Diagnostic, ShowsOtherPlacesOfTheSameFile) {
  const auto file = make_file(std::string(8, '\n') + "    listen: 127.0.0.1:18080\n" +
                              std::string(5, '\n') + "    listen: 0.0.0.0:18080\n");
  auto d = about(file, "127.0.0.1:18080", "two listeners use port 18080");
  d.code = "FL0211";
  d.label = "also used by 'orders'";
  const auto second = static_cast<uint32_t>(file->text().find("0.0.0.0:"));
  d.secondary.push_back({{second, 13}, "first use"});

  EXPECT_EQ(render_diagnostic(d),
            "error[FL0211]: two listeners use port 18080\n"
            "  --> faultline.yaml:9:13\n"
            "   |\n"
            " 9 |     listen: 127.0.0.1:18080\n"
            "   |             ^^^^^^^^^^^^^^^ also used by 'orders'\n"
            "  ::: faultline.yaml:15:13\n"
            "   |\n"
            "15 |     listen: 0.0.0.0:18080\n"
            "   |             ------------- first use\n");
}

TEST(Diagnostic, WithoutAPlaceIsOneLineAndItsNotes) {
  Diagnostic d;
  d.severity = DiagnosticSeverity::Warning;
  d.message = "no configuration was given";
  d.notes = {"looked for ./faultline.yaml"};
  d.help = "name one with -c";

  EXPECT_EQ(render_diagnostic(d),
            "warning: no configuration was given\n"
            " = note: looked for ./faultline.yaml\n"
            "help: name one with -c\n");
  EXPECT_EQ(render_diagnostic_short(d), "warning: no configuration was given");
  EXPECT_EQ(render_diagnostic_json(d),
            "{\"code\":\"\",\"severity\":\"warning\",\"message\":\"no configuration was given\","
            "\"labels\":[],\"notes\":[\"looked for ./faultline.yaml\"],"
            "\"help\":{\"message\":\"name one with -c\"}}");
}

TEST(Diagnostic, MarksByCodePointAndShowsOddBytes) {
  const auto file = make_file("\t\xC3\xA9: \xFFx\x01 bad");
  const auto d = about(file, "bad", "wrong");

  EXPECT_EQ(render_diagnostic(d),
            "error[FL0104]: wrong\n"
            " --> faultline.yaml:1:9\n"
            "  |\n"
            "1 |  \xC3\xA9: ?x  bad\n"
            "  |         ^^^\n");
}

TEST(Diagnostic, MarksTheFirstLineOfALongSpanAndAnEmptySpanWithOneCaret) {
  const auto file = make_file("a: [\n  1\n]\nb:\n");
  auto d = about(file, "[\n  1\n]", "a list");
  EXPECT_EQ(render_diagnostic(d),
            "error[FL0104]: a list\n --> faultline.yaml:1:4\n  |\n1 | a: [\n  |    ^\n");

  d.span = {13, 0};
  EXPECT_EQ(render_diagnostic(d),
            "error[FL0104]: a list\n --> faultline.yaml:4:3\n  |\n4 | b:\n  |   ^\n");

  d.span = {4000, 9};  // beyond the end: still a picture, no crash
  EXPECT_EQ(render_diagnostic(d),
            "error[FL0104]: a list\n --> faultline.yaml:5:1\n  |\n5 |\n  | ^\n");
}

TEST(Diagnostic, ShowsAWindowOfALongLine) {
  const auto file = make_file(std::string(500, 'a') + "BAD" + std::string(500, 'z'));
  const auto text = render_diagnostic(about(file, "BAD", "wrong"));

  EXPECT_EQ(text, "error[FL0104]: wrong\n --> faultline.yaml:1:501\n  |\n1 | ..." +
                      std::string(40, 'a') + "BAD" + std::string(117, 'z') + "...\n  | " +
                      std::string(43, ' ') + "^^^\n");
}

TEST(Diagnostic, ColorsOnlyWhenAsked) {
  const auto file = make_file("bad");
  const auto d = about(file, "bad", "wrong");

  EXPECT_EQ(render_diagnostic(d).find('\x1b'), std::string::npos);
  EXPECT_NE(render_diagnostic(d, true).find("\x1b[1;31merror[FL0104]\x1b[0m: wrong"),
            std::string::npos);
}

TEST(Diagnostics, SortsByPlaceDropsRepetitionsAndCounts) {
  const auto file = make_file("one\ntwo\n");
  auto second = about(file, "two", "second");
  auto first = about(file, "one", "first");
  first.severity = DiagnosticSeverity::Warning;

  EXPECT_EQ(render_diagnostics({second, first, second}),
            "warning[FL0104]: first\n --> faultline.yaml:1:1\n  |\n1 | one\n  | ^^^\n\n"
            "error[FL0104]: second\n --> faultline.yaml:2:1\n  |\n2 | two\n  | ^^^\n\n"
            "1 error, 1 warning in faultline.yaml; nothing was changed."
            " Run 'faultline explain FL0104' for more.\n");
  EXPECT_EQ(render_diagnostics({first}),
            "warning[FL0104]: first\n --> faultline.yaml:1:1\n  |\n1 | one\n  | ^^^\n\n"
            "1 warning in faultline.yaml\n");
  EXPECT_EQ(render_diagnostics({}), "");
}

TEST(Diagnostics, KeepsErrorsWhenThereAreTooMany) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "x\n";
  const auto file = make_file(text);
  std::vector<Diagnostic> all;
  for (uint32_t i = 0; i < 40; ++i) {
    Diagnostic d;
    d.code = "FL0102";
    d.message = i == 39 ? "the only error" : "a warning";
    d.severity = i == 39 ? DiagnosticSeverity::Error : DiagnosticSeverity::Warning;
    d.file = file;
    d.span = {i * 2, 1};
    all.push_back(std::move(d));
  }
  const auto shown = render_diagnostics(all);

  EXPECT_NE(shown.find("error[FL0102]: the only error\n"), std::string::npos);
  size_t pictures = 0;
  for (size_t at = shown.find("-->"); at != std::string::npos; at = shown.find("-->", at + 1)) {
    ++pictures;
  }
  EXPECT_EQ(pictures, limits::kDiagnostics);
  EXPECT_NE(shown.find("... and 20 more\n1 error, 39 warnings in faultline.yaml;"),
            std::string::npos);
}

TEST(Diagnostics, NamesTheNumberOfFilesWhenThereAreSeveral) {
  const auto a = about(make_file("x", "a.yaml"), "x", "one");
  const auto b = about(make_file("x", "b.yaml"), "x", "two");

  const auto text = render_diagnostics({b, a});

  EXPECT_LT(text.find("a.yaml:1:1"), text.find("b.yaml:1:1"));
  EXPECT_NE(text.find("\n2 errors in 2 files; nothing was changed."), std::string::npos);
}

TEST(Diagnostic, WritesOneLineForTools) {
  const auto file = make_file("\n\xC3\xA9 bad");
  EXPECT_EQ(render_diagnostic_short(about(file, "bad", "wrong")),
            "faultline.yaml:2:3: error: wrong");
}

TEST(Diagnostic, WritesJsonWithRangesLabelsAndHelp) {
  const auto file = make_file("a \"b\"\nbad\n");
  auto d = about(file, "bad", "wrong \"thing\"");
  d.label = "here";
  d.secondary.push_back({{2, 3}, "there"});
  d.notes = {"because"};
  d.help = "write good";
  d.replacement = "good";

  EXPECT_EQ(
      render_diagnostic_json(d),
      "{\"code\":\"FL0104\",\"severity\":\"error\",\"message\":\"wrong \\\"thing\\\"\","
      "\"file\":\"faultline.yaml\","
      "\"range\":{\"start\":{\"line\":2,\"col\":1},\"end\":{\"line\":2,\"col\":4}},"
      "\"labels\":[{\"range\":{\"start\":{\"line\":2,\"col\":1},\"end\":{\"line\":2,\"col\":4}"
      "},\"text\":\"here\"},{\"range\":{\"start\":{\"line\":1,\"col\":3},"
      "\"end\":{\"line\":1,\"col\":6}},\"text\":\"there\"}],"
      "\"notes\":[\"because\"],"
      "\"help\":{\"message\":\"write good\",\"replacement\":\"good\"}}");
}

}  // namespace
}  // namespace faultline
