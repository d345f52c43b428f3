// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/dialogue.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::bench {

// gtest prints failures with it.
void PrintTo(Dialogue::Progress progress, std::ostream* out) { *out << static_cast<int>(progress); }

namespace {

using Progress = Dialogue::Progress;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

TEST(HttpDialogue, JudgesAnswers) {
  struct Case {
    std::string name;
    std::string answer;
    Progress want;
  };
  const Case cases[] = {
      {"complete", std::string(kOk), Progress::Answered},
      {"half", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh", Progress::More},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       Progress::Answered},
      {"the last one", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
       Progress::AnsweredLast},
      {"an older server", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", Progress::AnsweredLast},
      {"unavailable", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", Progress::WrongStatus},
      {"no HTTP", "hello\r\n", Progress::Malformed},
      {"two answers to one request", std::string(kOk).append(kOk), Progress::Malformed},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto dialogue = make_dialogue({.path = "/p"});

    EXPECT_EQ(dialogue->feed(c.answer), c.want);
  }
}

TEST(HttpDialogue, AsksForThePath) {
  const auto dialogue = make_dialogue({.path = "/p?q"});

  EXPECT_TRUE(dialogue->request().starts_with("GET /p?q HTTP/1.1\r\nHost: "));
  EXPECT_TRUE(dialogue->request().ends_with("\r\n\r\n"));
}

TEST(HttpDialogue, FindsTheEndHoweverTheBytesAreCut) {
  for (size_t cut = 1; cut < kOk.size(); ++cut) {
    SCOPED_TRACE(cut);
    const auto dialogue = make_dialogue({});

    EXPECT_EQ(dialogue->feed(kOk.substr(0, cut)), Progress::More);
    EXPECT_EQ(dialogue->feed(kOk.substr(cut)), Progress::Answered);
    EXPECT_EQ(dialogue->feed(kOk), Progress::Answered) << "the next answer";
  }
}

TEST(HttpDialogue, TheEndOfTheConnectionCompletesOnlyAnAnswerWithoutALength) {
  const auto open_ended = make_dialogue({});
  const auto cut = make_dialogue({});

  EXPECT_EQ(open_ended->feed("HTTP/1.1 200 OK\r\n\r\nso far"), Progress::More);
  EXPECT_TRUE(open_ended->is_completed_by_end());
  EXPECT_EQ(cut->feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nso far"), Progress::More);
  EXPECT_FALSE(cut->is_completed_by_end());
}

TEST(EchoDialogue, TakesItsOwnBytesInAnyPieces) {
  const auto dialogue = make_dialogue({.mode = OpenLoopMode::Tcp, .message_bytes = 600});
  const std::string request(dialogue->request());

  ASSERT_EQ(request.size(), 600U);
  EXPECT_EQ(dialogue->feed(request.substr(0, 1)), Progress::More);
  EXPECT_EQ(dialogue->feed(request.substr(1, 598)), Progress::More);
  EXPECT_EQ(dialogue->feed(request.substr(599)), Progress::Answered);
  EXPECT_EQ(dialogue->feed(request), Progress::Answered) << "the next one";
}

TEST(EchoDialogue, AChangedMissingOrAddedByteIsMalformed) {
  const OpenLoopOptions options{.mode = OpenLoopMode::Tcp, .message_bytes = 600};
  const std::string request(make_dialogue(options)->request());
  std::string changed = request;
  changed[300] ^= 1;
  std::string missing = request;
  missing.erase(300, 1);

  EXPECT_EQ(make_dialogue(options)->feed(changed), Progress::Malformed);
  EXPECT_EQ(make_dialogue(options)->feed(missing), Progress::Malformed);
  EXPECT_EQ(make_dialogue(options)->feed(request + '\0'), Progress::Malformed);
}

}  // namespace
}  // namespace faultline::bench
