// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/traffic_reader.h"

#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace faultline::record {
namespace {

/// Everything a recording gave: texts of pieces with their numbers, and problems.
struct Everything {
  std::vector<std::string> pieces;
  std::vector<std::string> problems;
  size_t batches = 0;
  size_t text_bytes_max = 0;
};

Everything read_all(const std::string& path) {
  Everything all;
  auto reader = TrafficReader::open(path, 3);
  EXPECT_TRUE(reader.has_value());
  if (!reader) return all;
  TrafficBatch batch;
  while ((*reader)->next(batch)) {
    ++all.batches;
    EXPECT_EQ(batch.input, 3U);
    all.text_bytes_max = std::max(all.text_bytes_max, batch.text.size());
    for (const auto& piece : batch.pieces) {
      all.pieces.push_back(std::to_string(piece.number) + " " + std::to_string(piece.line) + ":" +
                           std::to_string(piece.column) + " " +
                           batch.text.substr(piece.offset, piece.length));
    }
    for (const auto& problem : batch.problems) {
      all.problems.push_back(problem.place + ": " + problem.what);
    }
  }
  EXPECT_FALSE((*reader)->next(batch)) << "the end is the end";
  return all;
}

TEST(TrafficReader, GivesLinesWithTheirNumbers) {
  const test::TempFolder temp;
  test::write_text(temp.file("a.ndjson"), "{\"a\":1}\n\n \t\r\n{\"b\":2}\r\n[3]");

  const Everything all = read_all(temp.file("a.ndjson"));

  EXPECT_EQ(all.pieces,
            (std::vector<std::string>{"1 1:1 {\"a\":1}", "4 4:1 {\"b\":2}\r", "5 5:1 [3]"}));
  EXPECT_TRUE(all.problems.empty());
}

TEST(TrafficReader, IgnoresAByteOrderMarkAtTheBeginningOnly) {
  const test::TempFolder temp;
  test::write_text(temp.file("a.ndjson"), "\xEF\xBB\xBF[1]\r\n\xEF\xBB\xBF[2]\n");
  test::write_text(temp.file("empty.ndjson"), "\xEF\xBB\xBF");

  EXPECT_EQ(read_all(temp.file("a.ndjson")).pieces,
            (std::vector<std::string>{"1 1:1 [1]\r", "2 2:1 \xEF\xBB\xBF[2]"}));
  EXPECT_TRUE(read_all(temp.file("empty.ndjson")).pieces.empty());
}

TEST(TrafficReader, HoldsOnlyAPartOfALongRecording) {
  const test::TempFolder temp;
  const std::string line(999, 'x');
  std::string text;
  constexpr size_t kLines = 5000;
  for (size_t i = 0; i < kLines; ++i) text += line + "\n";
  test::write_text(temp.file("long.ndjson"), text);

  const Everything all = read_all(temp.file("long.ndjson"));

  ASSERT_EQ(all.pieces.size(), kLines);
  EXPECT_EQ(all.pieces.back(), "5000 5000:1 " + line);
  EXPECT_GT(all.batches, 10U);
  EXPECT_LT(all.text_bytes_max, text.size() / 5);
}

TEST(TrafficReader, KeepsALineThatIsLongerThanABatch) {
  const test::TempFolder temp;
  const std::string line(700'000, 'y');
  test::write_text(temp.file("wide.ndjson"), "[1]\n" + line + "\n[2]\n");

  const Everything all = read_all(temp.file("wide.ndjson"));

  ASSERT_EQ(all.pieces.size(), 3U);
  EXPECT_EQ(all.pieces[1], "2 2:1 " + line);
  EXPECT_EQ(all.pieces[2], "3 3:1 [2]");
}

TEST(TrafficReader, KnowsHarByItsBeginningAndByItsName) {
  const test::TempFolder temp;
  const std::string har = "{\"log\":{\"entries\":[\n {\"x\":1}, {\"y\":2}]}}";
  test::write_text(temp.file("recording"), har);
  test::write_text(temp.file("other.har"), "{\"extra\":[],\"log\":{\"entries\":[7]}}");

  EXPECT_EQ(read_all(temp.file("recording")).pieces,
            (std::vector<std::string>{"0 2:2 {\"x\":1}", "1 2:11 {\"y\":2}"}));
  EXPECT_EQ(read_all(temp.file("other.har")).pieces, (std::vector<std::string>{"0 1:31 7"}));
}

TEST(TrafficReader, GivesWhatStandsBeforeACutAndThenThePlace) {
  const test::TempFolder temp;
  test::write_text(temp.file("cut.har"), "{\"log\":{\"entries\":[{\"x\":1},{\"y\"");

  const Everything all = read_all(temp.file("cut.har"));

  EXPECT_EQ(all.pieces, (std::vector<std::string>{"0 1:20 {\"x\":1}"}));
  EXPECT_EQ(all.problems,
            (std::vector<std::string>{temp.file("cut.har") +
                                      ":1:32: har/log/entries/1: the file ends in the middle "
                                      "(1 entry before it)"}));
}

TEST(TrafficReader, AnEmptyFileHoldsNothing) {
  const test::TempFolder temp;
  test::write_text(temp.file("empty"), "");
  test::write_text(temp.file("empty.har"), "");

  EXPECT_TRUE(read_all(temp.file("empty")).pieces.empty());
  EXPECT_TRUE(read_all(temp.file("empty")).problems.empty());
  EXPECT_EQ(read_all(temp.file("empty.har")).problems.size(), 1U);
}

TEST(TrafficReader, GoesOnAfterALineOfAJournalThatIsNone) {
  const test::TempFolder temp;
  std::filesystem::create_directory(temp.file("journal"));
  test::write_text(temp.file("journal") + "/000001.jsonl", "nonsense\nmore nonsense\n");

  const Everything all = read_all(temp.file("journal"));

  ASSERT_EQ(all.problems.size(), 2U);
  EXPECT_NE(all.problems[0].find("000001.jsonl:1: "), std::string::npos) << all.problems[0];
  EXPECT_NE(all.problems[1].find("000001.jsonl:2: "), std::string::npos) << all.problems[1];
}

TEST(TrafficReader, NamesAFileItCannotOpen) {
  const auto reader = TrafficReader::open("/nowhere/at/all", 0);

  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().code, ErrorCode::NotFound);
  EXPECT_NE(reader.error().message.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace faultline::record
