// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// listeners[].min_rate in simulated time: who is cut off, and when. A client may fall behind by
// what it owes for `over`; so one that keeps half the rate is cut after twice that time.
#include "tests/sim/story.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kFloor = "min_rate: { request: 1000B/s, response: 1000B/s, over: 10s }";
// Looks come every quarter of `over`, a little late; the first one only begins to count.
constexpr Duration kLookSlack = 2 * milliseconds(2520);

std::string answer_of(size_t size) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", size,
                     std::string(size, 'x'));
}

/// When the story ended for the client; it must.
Duration time_to_end(Story& story, Duration at_most) {
  constexpr Duration kStep = milliseconds(100);
  Duration passed{};
  while (story.ear().end.empty() && passed < at_most) {
    story.run_for(kStep);
    passed += kStep;
  }
  EXPECT_NE(story.ear().end, "") << "still there";
  return passed;
}

// A server that takes everything and never says a word.
const Response kSilence{};

/// Begins a request whose body is never whole, and sends `bytes` of it every second. Returns when
/// the story ended; after `at_most` it may go on.
Duration upload(Story& story, size_t bytes, Duration at_most) {
  story.client().send("POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000\r\n\r\n");
  for (Duration passed{}; passed < at_most; passed += seconds(1)) {
    if (!story.ear().end.empty()) return passed;
    story.client().send(std::string(bytes, 'x'));
    story.run_for(seconds(1));
  }
  return at_most;
}

TEST(MinRateStories, AnUploadIsCutWhenItIsSoFarBehindAndNotBefore) {
  for (const int64_t rate : {100, 500, 750, 900}) {
    SCOPED_TRACE(rate);
    Story story(Stage::Setting{.http_keys = kFloor}, kSilence);

    const Duration ended = upload(story, static_cast<size_t>(rate), minutes(10));

    EXPECT_EQ(story.ear().bytes.substr(0, 12), "HTTP/1.1 408");
    EXPECT_EQ(story.ear().end, "fin");
    // 10,000 bytes behind; one second's worth may be still to come when somebody looks.
    EXPECT_GE(ended, milliseconds((10'000 - rate) * 1000 / (1000 - rate)));
    // A lingering close and the second in which it was seen come on top.
    EXPECT_LE(ended, milliseconds(10'000 * 1000 / (1000 - rate)) + kLookSlack + seconds(2));
  }
}

TEST(MinRateStories, AnUploadThatKeepsTheRateMayTakeAnyTime) {
  Story story(Stage::Setting{.http_keys = kFloor}, kSilence);

  EXPECT_EQ(upload(story, 1100, minutes(10)), minutes(10));

  EXPECT_EQ(story.ear().bytes, "");
}

TEST(MinRateStories, AHeadStartIsNotSaved) {
  Story story(Stage::Setting{.http_keys = kFloor}, kSilence);
  EXPECT_EQ(upload(story, 50'000, seconds(20)), seconds(20));

  // 980,000 bytes ahead of the rate; silent from here on.
  const Duration ended = time_to_end(story, minutes(2));

  EXPECT_EQ(story.ear().bytes.substr(0, 12), "HTTP/1.1 408");
  EXPECT_LE(ended, seconds(10) + kLookSlack + seconds(2));
}

TEST(MinRateStories, AReaderIsCutWhenItIsSoFarBehind) {
  // 400 bytes every 800 ms: half the rate.
  Story story(Stage::Setting{.http_keys = kFloor}, {answer_of(1'000'000)},
              {400, milliseconds(800)});
  story.client().send(kRequest);

  const Duration ended = time_to_end(story, minutes(10));

  EXPECT_EQ(story.ear().end, "reset");
  EXPECT_LT(story.ear().bytes.size(), 30'000U);
  // What the network holds goes first and counts as taken: 4096 bytes.
  EXPECT_GE(ended, seconds(20));
  EXPECT_LE(ended, seconds(20) + seconds(9) + kLookSlack);
}

TEST(MinRateStories, AReaderThatKeepsTheRateGetsAllOfIt) {
  const std::string answer = answer_of(1'000'000);
  // Up to 1500 bytes every 800 ms; now and then the network has only a few.
  Story story(Stage::Setting{.http_keys = kFloor}, {answer}, {1500, milliseconds(800)});
  story.client().send(kRequest);

  story.run_for(minutes(15));

  EXPECT_EQ(story.ear().bytes.size(), answer.size());
  EXPECT_NE(story.ear().end, "reset");
}

// Less than the rate for half an hour, and never the client's doing.
TEST(MinRateStories, WhatTheUpstreamHoldsUpIsNotHeldAgainstTheClient) {
  const std::string piece = "HTTP/1.1 103 Early Hints\r\n\r\n";
  Story story(Stage::Setting{.http_keys = kFloor}, {piece, 60, seconds(30)});
  story.client().send(kRequest);

  story.run_for(minutes(29) + seconds(15));

  EXPECT_EQ(story.ear().end, "");
  EXPECT_EQ(story.ear().bytes.size(), 59 * piece.size());
}

TEST(MinRateStories, WhatAFaultHoldsUpIsNotHeldAgainstTheClient) {
  Story story({.rules = "rules: [{ name: r, match: { listener: http }, "
                        "fault: { throttle: { rate: 100B/s } } }]\n",
               .http_keys = kFloor},
              {answer_of(10'000)});
  story.client().send(kRequest);

  story.run_for(minutes(3));

  EXPECT_EQ(story.ear().bytes.size(), answer_of(10'000).size());
}

TEST(MinRateStories, APauseBetweenTwoRequestsOwesNothing) {
  Story story(Stage::Setting{.http_keys = kFloor}, {answer_of(2)});
  for (int i = 0; i < 20; ++i) {
    story.client().send(kRequest);
    story.run_for(seconds(40));
  }

  EXPECT_EQ(story.ear().bytes.size(), 20 * answer_of(2).size());
  EXPECT_EQ(story.ear().end, "");
}

}  // namespace
}  // namespace faultline::sim
