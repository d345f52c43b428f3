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
