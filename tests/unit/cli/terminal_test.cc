// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/terminal.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace faultline::cli {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// A terminal whose standard error is a pipe of one page.
class PipeTerminal {
 public:
  PipeTerminal() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    EXPECT_GE(::fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes), kPipeBytes);
    read_end_ = ends[0];
    err_.reset(::fdopen(ends[1], "w"));
    terminal_ = std::make_unique<Terminal>(
        stdout, err_.get(), [](const std::string&) { return std::optional<std::string>(); });
  }
  ~PipeTerminal() { ::close(read_end_); }
  PipeTerminal(const PipeTerminal&) = delete;
  PipeTerminal& operator=(const PipeTerminal&) = delete;

  Terminal& terminal() { return *terminal_; }
  std::string read() const {
    std::array<char, 2UL * kPipeBytes> buffer{};
    const auto count = ::read(read_end_, buffer.data(), buffer.size());
    return count > 0 ? std::string(buffer.data(), static_cast<size_t>(count)) : "";
  }

  static constexpr int kPipeBytes = 4096;

 private:
  int read_end_ = -1;
  File err_;
  std::unique_ptr<Terminal> terminal_;
};

TEST(Terminal, LeavesOutWhatNobodyReadsAndTellsTheNextReader) {
  PipeTerminal pipe;
  Terminal& terminal = pipe.terminal();
  terminal.set_patience(std::chrono::milliseconds(1));

  terminal.say("first");
  terminal.print(std::string(2UL * PipeTerminal::kPipeBytes, 'x'));  // one page of it at most
  terminal.say("lost");
  terminal.complain("lost too");
  const std::string before = pipe.read();
  terminal.say("heard");
  const std::string after = pipe.read();

  EXPECT_TRUE(before.starts_with("first\n")) << before;
  EXPECT_EQ(before.find("lost"), std::string::npos);
  EXPECT_EQ(after, "  (3 texts left out: nobody read them)\nheard\n");
}

TEST(Terminal, SaysNothingOfLossesThatItHadNot) {
  PipeTerminal pipe;
  pipe.terminal().set_patience(std::chrono::milliseconds(1));

  // A pipe of one page takes no second text before the first was read.
  pipe.terminal().say("one");
  EXPECT_EQ(pipe.read(), "one\n");
  pipe.terminal().say("two");
  EXPECT_EQ(pipe.read(), "two\n");
}

}  // namespace
}  // namespace faultline::cli
