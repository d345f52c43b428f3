// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace faultline::io {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

class FileWatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "faultline-watch-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    thread_.on_loop([this] { watcher_.reset(); });
    fs::remove_all(folder_);
  }

  void watch(const fs::path& path) {
    thread_.on_loop(
        [&] { watcher_ = thread_.loop().watch_file(path.string(), [this] { ++changes_; }); });
  }
  [[nodiscard]] bool sees_change() {
    const size_t before = changes_taken_++;
    return thread_.wait_until([this, before] { return changes_ > before; });
  }
  // Lets the watch and its quiet time pass.
  [[nodiscard]] size_t changes_after_a_while() {
    bool is_over = false;
    TimerHandle timer;
    thread_.on_loop([&] {
      timer = thread_.loop().call_after(std::chrono::milliseconds(500), [&] { is_over = true; });
    });
    EXPECT_TRUE(thread_.wait_until([&] { return is_over; }));
    thread_.on_loop([&] { timer = TimerHandle(); });
    return changes_;
  }

  fs::path folder_;
  LoopThread thread_;
  std::unique_ptr<FileWatcher> watcher_;
  std::atomic<size_t> changes_ = 0;
  size_t changes_taken_ = 0;
};

TEST_F(FileWatcherTest, SeesEveryWayToReplaceAFile) {
  const fs::path path = folder_ / "config.yaml";
  write_file(path, "version: 0");
  watch(path);

  write_file(path, "version: 1");
  EXPECT_TRUE(sees_change()) << "in place";

  write_file(folder_ / "config.yaml.tmp", "version: 2");
  fs::rename(folder_ / "config.yaml.tmp", path);
  EXPECT_TRUE(sees_change()) << "by rename";

  fs::remove(path);
  write_file(path, "version: 3");
  EXPECT_TRUE(sees_change()) << "removed and made again";
  EXPECT_EQ(changes_after_a_while(), 3U);
}

// What a mounted ConfigMap does: config.yaml -> ..data/config.yaml, and ..data is swapped.
TEST_F(FileWatcherTest, SeesASwappedLink) {
  for (const std::string version : {"1", "2"}) {
    fs::create_directory(folder_ / version);
    write_file(folder_ / version / "config.yaml", "version: " + version);
  }
  fs::create_directory_symlink("1", folder_ / "..data");
  fs::create_symlink("..data/config.yaml", folder_ / "config.yaml");
  watch(folder_ / "config.yaml");

  fs::create_directory_symlink("2", folder_ / "..data_tmp");
  fs::rename(folder_ / "..data_tmp", folder_ / "..data");

  EXPECT_TRUE(sees_change());
}

TEST_F(FileWatcherTest, IsQuietWhenTheContentStaysTheSame) {
  const fs::path path = folder_ / "config.yaml";
  write_file(path, "same");
  watch(path);

  write_file(path, "same");
  write_file(folder_ / "other", "x");
  fs::remove(path);
  write_file(folder_ / "tmp", "same");
  fs::rename(folder_ / "tmp", path);

  EXPECT_EQ(changes_after_a_while(), 0U);
}

TEST_F(FileWatcherTest, IsQuietWhileTheFileIsGone) {
  const fs::path path = folder_ / "config.yaml";
  write_file(path, "one");
  watch(path);

  fs::remove(path);
  EXPECT_EQ(changes_after_a_while(), 0U);
  write_file(path, "two");

  EXPECT_TRUE(sees_change());
}

TEST_F(FileWatcherTest, WaitsForQuietBeforeItCalls) {
  const fs::path path = folder_ / "config.yaml";
  const SystemClock clock;
  write_file(path, "0");
  watch(path);

  const MonoTime begin = clock.now();
  for (int i = 1; i <= 200; ++i) {
    write_file(path, std::to_string(i));
  }
  const auto quiet_times = (clock.now() - begin) / std::chrono::milliseconds(200);

  EXPECT_TRUE(sees_change());
  // Each call needs a quiet time; the poll may add one.
  EXPECT_LE(changes_after_a_while(), static_cast<size_t>(quiet_times) + 2);
}

// The link's target lies in a folder that nobody watches: the poll finds it.
TEST_F(FileWatcherTest, FindsByPollingWhatTheWatchMisses) {
  fs::create_directory(folder_ / "elsewhere");
  fs::create_directory(folder_ / "here");
  write_file(folder_ / "elsewhere" / "real.yaml", "one");
  fs::create_symlink(folder_ / "elsewhere" / "real.yaml", folder_ / "here" / "config.yaml");
  watch(folder_ / "here" / "config.yaml");

  write_file(folder_ / "elsewhere" / "real.yaml", "two");

  EXPECT_TRUE(sees_change());
}

TEST_F(FileWatcherTest, WatchesAFolderThatAppearsLater) {
  const fs::path path = folder_ / "later" / "config.yaml";
  watch(path);

  fs::create_directory(folder_ / "later");
  write_file(path, "first");

  EXPECT_TRUE(sees_change());
}

}  // namespace
}  // namespace faultline::io
