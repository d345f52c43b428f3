// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/line_file.h"

#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace faultline::record {
namespace {

class LineFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] LineFile open() const {
    auto file = AppendFile::create(path());
    EXPECT_TRUE(file.has_value());
    return LineFile(std::move(*file));
  }
  [[nodiscard]] std::string path() const { return folder_.file("lines.jsonl"); }
  [[nodiscard]] static uint64_t lines_in(const std::string& text) {
    return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  }

  test::TempFolder folder_;
};

TEST_F(LineFileTest, HoldsLinesBackUntilThereIsABufferOfThem) {
  auto lines = open();

  ASSERT_TRUE(lines.append("first").has_value());
  EXPECT_EQ(test::read_text(path()), "");
  EXPECT_EQ(lines.written(), 0U);
  ASSERT_TRUE(lines.append(std::string(limits::kJournalBufferBytes, 'x')).has_value());

  EXPECT_EQ(lines_in(test::read_text(path())), 2U);
  EXPECT_EQ(lines.written(), 2U);
}

TEST_F(LineFileTest, WritesWhatItHoldsWhenItGoes) {
  {
    ASSERT_TRUE(open().append("the last").has_value());
  }

  EXPECT_EQ(test::read_text(path()), "the last\n");
}

TEST_F(LineFileTest, TakesALineInPartsAsOne) {
  auto lines = open();

  lines.line().append("a=");
  lines.line().append_number(int64_t{-7});
  lines.line().append(",b=");
  lines.line().append_quoted("\"");
  ASSERT_TRUE(lines.end_line().has_value());
  ASSERT_TRUE(lines.append("whole").has_value());
  ASSERT_TRUE(lines.flush().has_value());

  EXPECT_EQ(test::read_text(path()), "a=-7,b=\"\\\"\"\nwhole\n");
  EXPECT_EQ(lines.written(), 2U);
}

TEST_F(LineFileTest, GoesOnInTheNextFileAndFailsForGoodWhenThereIsNone) {
  auto first = AppendFile::create(path());
  ASSERT_TRUE(first.has_value());
  const std::string second = folder_.file("second.jsonl");
  int asked = 0;
  LineFile lines(std::move(*first), {.buffer_bytes = 1,
                                     .next_file = [&]() -> Result<AppendFile> {
                                       if (++asked == 1) return AppendFile::create(second);
                                       return fail(ErrorCode::IoFailed, "no more",
                                                   ErrorSource::Internal);
                                     },
                                     .file_bytes_max = 12});

  ASSERT_TRUE(lines.append("one").has_value());
  ASSERT_TRUE(lines.append("two").has_value());
  ASSERT_TRUE(lines.append("three").has_value());
  ASSERT_FALSE(lines.append("a fourth line").has_value());
  const auto after = lines.append("five");

  EXPECT_EQ(test::read_text(path()), "one\ntwo\n");
  EXPECT_EQ(test::read_text(second), "three\n");
  ASSERT_FALSE(after.has_value());
  EXPECT_EQ(after.error().message, "no more");
  EXPECT_EQ(lines.written(), 3U);
  EXPECT_EQ(lines.lost(), 2U);
}

TEST_F(LineFileTest, CountsEveryLineAsWrittenOrLostWhenTheDiskIsFull) {
  const std::string line(4000, 'a');
  auto lines = open();
  uint64_t given = 0;

  {
    const test::FileSizeLimit limit(100'000);
    for (; given < 100; ++given) static_cast<void>(lines.append(line));
    const auto closed = lines.close();
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().code, ErrorCode::DiskFull);
  }
  EXPECT_FALSE(lines.append(line).has_value()) << "the first failure sticks";
  ++given;

  const std::string text = test::read_text(path());
  EXPECT_EQ(lines_in(text), lines.written());
  EXPECT_GT(lines.written(), 0U);
  EXPECT_EQ(lines.written() + lines.lost(), given);
  EXPECT_TRUE(text.ends_with("a\n")) << "no torn line";
}

}  // namespace
}  // namespace faultline::record
