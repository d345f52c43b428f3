// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/append_file.h"

#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>

namespace faultline::record {
namespace {

using test::TempFolder;

TEST(AppendFile, ReportsAFullDeviceByName) {
  auto file = AppendFile::open_existing("/dev/full");
  ASSERT_TRUE(file.has_value());

  const auto written = file->write("text");

  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::DiskFull);
  EXPECT_EQ(written.error().message, "cannot write /dev/full: No space left on device");
}

TEST(AppendFile, CutsBackAWriteThatFailedHalfWay) {
  const TempFolder folder;
  auto file = AppendFile::create(folder.file("a"));
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE(file->write("12345").has_value());

  Status written;
  {
    const test::FileSizeLimit limit(8);
    written = file->write("6789012345");
  }

  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code, ErrorCode::DiskFull);
  EXPECT_EQ(test::read_text(folder.file("a")), "12345");
  EXPECT_EQ(file->size_bytes(), 5U);
  ASSERT_TRUE(file->write("6").has_value());
  EXPECT_EQ(test::read_text(folder.file("a")), "123456");
}

TEST(AppendFile, DoesNotFollowALinkWhenItMakesAFile) {
  const TempFolder folder;
  test::write_text(folder.file("target"), "keep");
  std::filesystem::create_symlink(folder.file("target"), folder.file("link"));

  const auto file = AppendFile::create(folder.file("link"));

  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(test::read_text(folder.file("target")), "keep");
}

TEST(AppendFile, AppendsToAFileThatExists) {
  const TempFolder folder;
  test::write_text(folder.file("a"), "one");

  auto file = AppendFile::open_existing(folder.file("a"));
  ASSERT_TRUE(file.has_value());
  AppendFile moved = std::move(*file);
  ASSERT_TRUE(moved.write("two").has_value());
  ASSERT_TRUE(moved.close().has_value());

  EXPECT_EQ(test::read_text(folder.file("a")), "onetwo");
  EXPECT_EQ(moved.size_bytes(), 6U);
  EXPECT_FALSE(moved.is_open());
  EXPECT_FALSE(file->is_open());  // NOLINT: a moved-from file is documented to be closed
}

TEST(IoError, MapsWhatTheSystemSaysToACode) {
  struct Case {
    int error_number;
    ErrorCode want;
  };
  for (const Case& c : {Case{ENOSPC, ErrorCode::DiskFull}, Case{EDQUOT, ErrorCode::DiskFull},
                        Case{EFBIG, ErrorCode::DiskFull}, Case{EACCES, ErrorCode::PermissionDenied},
                        Case{EROFS, ErrorCode::PermissionDenied}, Case{ENOENT, ErrorCode::NotFound},
                        Case{EEXIST, ErrorCode::AlreadyExists}, Case{EIO, ErrorCode::IoFailed}}) {
    SCOPED_TRACE(c.error_number);

    EXPECT_EQ(io_error("write", "x", c.error_number).code, c.want);
  }
}

TEST(ReadFile, StopsAtTheLimit) {
  const TempFolder folder;
  test::write_text(folder.file("a"), "12345");

  const auto whole = read_file(folder.file("a"), 5);
  const auto refused = read_file(folder.file("a"), 4);

  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(*whole, "12345");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "cannot read " + folder.file("a") + ": larger than 4 bytes");
}

}  // namespace
}  // namespace faultline::record
