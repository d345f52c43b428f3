// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"
#include "tests/fuzz/json_twins_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// JSON_TEST_SUITE names a checkout of the public JSONTestSuite: y_ files must be accepted, n_ files
// rejected, i_ files are left to the parser. What this one does with them stands in the table
// below, and proxy/json/README.md says why.
namespace faultline::json {
namespace {

enum class Outcome : uint8_t { Accepted, AcceptedWithLoneSurrogates, Rejected };

const std::map<std::string_view, Outcome> kLeftToTheParser = {
    // Any number of the grammar is a number: it is kept as text and compared exactly.
    {"i_number_double_huge_neg_exp.json", Outcome::Accepted},
    {"i_number_huge_exp.json", Outcome::Accepted},
    {"i_number_neg_int_huge_exp.json", Outcome::Accepted},
    {"i_number_pos_double_huge_exp.json", Outcome::Accepted},
    {"i_number_real_neg_overflow.json", Outcome::Accepted},
    {"i_number_real_pos_overflow.json", Outcome::Accepted},
    {"i_number_real_underflow.json", Outcome::Accepted},
    {"i_number_too_big_neg_int.json", Outcome::Accepted},
    {"i_number_too_big_pos_int.json", Outcome::Accepted},
    {"i_number_very_big_negative_int.json", Outcome::Accepted},
    // Half a surrogate pair, spelled as an escape: RFC 8259 section 8.2 lets the grammar have it.
    {"i_object_key_lone_2nd_surrogate.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_1st_surrogate_but_2nd_missing.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_1st_valid_surrogate_2nd_invalid.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_incomplete_surrogate_and_escape_valid.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_incomplete_surrogate_pair.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_incomplete_surrogates_escape_valid.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_invalid_lonely_surrogate.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_invalid_surrogate.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_inverted_surrogates_U+1D11E.json", Outcome::AcceptedWithLoneSurrogates},
    {"i_string_lone_second_surrogate.json", Outcome::AcceptedWithLoneSurrogates},
    // RFC 8259 section 8.1: JSON is UTF-8 without a byte order mark.
    {"i_string_UTF-16LE_with_BOM.json", Outcome::Rejected},
    {"i_string_utf16BE_no_BOM.json", Outcome::Rejected},
    {"i_string_utf16LE_no_BOM.json", Outcome::Rejected},
    {"i_structure_UTF-8_BOM_empty_object.json", Outcome::Rejected},
    {"i_string_UTF-8_invalid_sequence.json", Outcome::Rejected},
    {"i_string_UTF8_surrogate_U+D800.json", Outcome::Rejected},
    {"i_string_invalid_utf-8.json", Outcome::Rejected},
    {"i_string_iso_latin_1.json", Outcome::Rejected},
    {"i_string_lone_utf8_continuation_byte.json", Outcome::Rejected},
    {"i_string_not_in_unicode_range.json", Outcome::Rejected},
    {"i_string_overlong_sequence_2_bytes.json", Outcome::Rejected},
    {"i_string_overlong_sequence_6_bytes.json", Outcome::Rejected},
    {"i_string_overlong_sequence_6_bytes_null.json", Outcome::Rejected},
    {"i_string_truncated-utf-8.json", Outcome::Rejected},
    // Deeper than limits::kJsonDepth; a caller may allow it.
    {"i_structure_500_nested_arrays.json", Outcome::Rejected},
};

struct SuiteFile {
  std::string name;
  std::string text;
};

/// Empty when the suite is absent.
std::vector<SuiteFile> suite_files() {
  const char* root = std::getenv("JSON_TEST_SUITE");
  if (root == nullptr || *root == '\0') return {};
  auto folder = std::filesystem::path(root) / "test_parsing";
  if (!std::filesystem::is_directory(folder)) folder = root;
  std::vector<SuiteFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    files.push_back(
        {entry.path().filename().string(), {std::istreambuf_iterator<char>(stream), {}}});
  }
  std::sort(files.begin(), files.end(),
            [](const SuiteFile& a, const SuiteFile& b) { return a.name < b.name; });
  return files;
}

Outcome outcome_of(std::string_view text) {
  const auto document = Document::parse(text);
  if (!document) return Outcome::Rejected;
  return document->has_lone_surrogates() ? Outcome::AcceptedWithLoneSurrogates : Outcome::Accepted;
}

class JsonTestSuite : public testing::Test {
 protected:
  void SetUp() override {
    if (files_.empty()) {
      GTEST_SKIP() << "JSON_TEST_SUITE is not set: the public parsing suite was not run";
    }
  }
  const std::vector<SuiteFile> files_ = suite_files();
};

TEST_F(JsonTestSuite, AcceptsAndRejectsAsThePublicSuiteSays) {
  size_t must_accept = 0;
  size_t must_reject = 0;
  for (const auto& [name, text] : files_) {
    if (name.starts_with("y_")) {
      ++must_accept;
      EXPECT_NE(outcome_of(text), Outcome::Rejected) << name;
    } else if (name.starts_with("n_")) {
      ++must_reject;
      EXPECT_EQ(outcome_of(text), Outcome::Rejected) << name;
    }
  }
  EXPECT_GE(must_accept, 95U) << "too few files";
  EXPECT_GE(must_reject, 188U) << "too few files";
}

TEST_F(JsonTestSuite, DecidesWhatIsLeftToItAsDocumented) {
  size_t decided = 0;
  for (const auto& [name, text] : files_) {
    if (!name.starts_with("i_")) continue;
    const auto row = kLeftToTheParser.find(name);
    if (row == kLeftToTheParser.end()) {
      ADD_FAILURE() << name << " is missing in the table";
      continue;
    }
    ++decided;
    EXPECT_EQ(outcome_of(text), row->second) << name;
  }
  EXPECT_EQ(decided, kLeftToTheParser.size());
}

TEST_F(JsonTestSuite, FindsBothParsersOfOneMind) {
  for (const auto& [name, text] : files_) EXPECT_EQ(disagreement(text), "") << name;
}

}  // namespace
}  // namespace faultline::json
