// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What single seeds of the swarm have found, told with two scripted peers.
#include "proxy/base/limits.h"
#include "tests/sim/story.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string text_of(size_t size, std::string_view fields = "") {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", fields, size,
                     std::string(size, 'x'));
}

// Seed 29: a fault that closed the second exchange cut the first answer, which was still queued.
TEST(Stories, AFaultOnAnExchangeLeavesTheAnswersBeforeItWhole) {
  const std::string response = text_of(30'000);
  Story story(
      "rules: [{ name: r, match: { listener: http }, fault: { drop: { how: close } }, "
      "scope: run, nth: 2 }]\n",
      {response}, {2000, milliseconds(20)});

  story.client().send(std::string(kRequest) + std::string(kRequest));
  story.run_for(seconds(30));

  EXPECT_EQ(story.ear().bytes.size(), response.size());
  EXPECT_EQ(story.ear().end, "fin");
}

// Seed 43: the last answer of a connection was cut when its client took longer than the time for
// lingering to read it.
TEST(Stories, ASlowClientGetsTheWholeOfTheLastAnswer) {
  const std::string response = text_of(30'000, "Connection: close\r\n");
  Story story("", {response}, {500, milliseconds(200)});

  story.client().send(kRequest);
  story.run_for(seconds(60));

  EXPECT_EQ(story.ear().bytes, response);
  EXPECT_EQ(story.ear().end, "fin");
}

TEST(Stories, ASlowClientThatHasHalfClosedGetsTheWholeAnswer) {
  const std::string response = text_of(30'000);
  Story story("", {response}, {500, milliseconds(200)});

  story.client().send(kRequest);
  story.client().shutdown();
  story.run_for(seconds(60));

  EXPECT_EQ(story.ear().bytes, response);
  EXPECT_EQ(story.ear().end, "fin");
}

// Seed 94: the end of the client's side closed the connection over an answer that was still queued.
TEST(Stories, AClientThatEndsBetweenExchangesGetsWhatIsQueued) {
  const std::string response = text_of(30'000);
  Story story("", {response}, {500, milliseconds(200)});

  story.client().send(kRequest);
  story.run_for(seconds(2));
  story.client().shutdown();
  story.run_for(seconds(60));

  EXPECT_EQ(story.ear().bytes, response);
  EXPECT_EQ(story.ear().end, "fin");
}

TEST(Stories, AClientThatNeverReadsItsLastAnswerIsNotWaitedForWithoutEnd) {
  Story story("", {text_of(30'000, "Connection: close\r\n")}, {0, Duration(0)});

  story.client().send(kRequest);
  story.run_for(minutes(5));

  EXPECT_EQ(story.sessions(), 0U);
}

// The idle time is that between two bytes, not that of the whole answer.
TEST(Stories, AnAnswerThatKeepsMovingMayTakeLongerThanTheIdleTime) {
  Story story("", {"HTTP/1.1 103 Early Hints\r\n\r\n", 10, seconds(20)});

  story.client().send(kRequest);
  story.run_for(seconds(190));

  EXPECT_EQ(story.ear().bytes.size(), 10 * 28U);
  EXPECT_EQ(story.ear().end, "");

  story.run_for(seconds(70));
  EXPECT_NE(story.ear().bytes.find("HTTP/1.1 504 "), std::string::npos);
}

TEST(Stories, AListenerThatIsTakenOutCutsWhatIsLeftAfterItsTime) {
  Story story("", {"HTTP/1.1 103 Early Hints\r\n\r\n", 10, seconds(20)});
  story.client().send(kRequest);
  story.run_for(seconds(1));

  story.retire(seconds(10));
  story.run_for(seconds(9));
  EXPECT_EQ(story.ear().end, "");
  EXPECT_EQ(story.sessions(), 1U);

  story.run_for(seconds(5));
  EXPECT_NE(story.ear().end, "");
  EXPECT_EQ(story.sessions(), 0U);
}

TEST(Stories, AListenerThatComesBackInTimeLetsItsConnectionsGoOn) {
  Story story("", {"HTTP/1.1 103 Early Hints\r\n\r\n", 10, seconds(20)});
  story.client().send(kRequest);
  story.run_for(seconds(1));

  story.retire(seconds(10));
  story.run_for(seconds(9));
  story.reload();
  story.run_for(seconds(30));

  EXPECT_EQ(story.ear().end, "");
  EXPECT_EQ(story.sessions(), 1U);
}

// Seed 238: a fault on the answer switched the idle time off, also while nothing was held.
TEST(Stories, ASilentServerIsGivenUpAlsoWhenAFaultTouchesItsAnswer) {
  Story story(
      "rules: [{ name: r, match: { listener: http }, fault: { throttle: { rate: 1MiB/s } } }]\n",
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"});

  story.client().send(kRequest);
  story.run_for(seconds(70));

  EXPECT_EQ(story.ear().end, "fin");
  EXPECT_EQ(story.sessions(), 0U);
}

// Without a mirror, the bytes of the body that came along with the head were not kept: the filter
// was told that the body was too long.
TEST(Stories, ABodyThatComesAlongWithItsHeadIsThereForAFilter) {
  Story story(
      "rules: [{ name: r, match: { listener: http }, fault: { schema_drift: { mutate: 'null', "
      "pointer: /a, side: request } } }]\n",
      {text_of(1)});

  story.client().send(
      "POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n"
      "Content-Length: 7\r\n\r\n{\"a\":1}");
  story.run_for(seconds(1));

  EXPECT_NE(story.server_received().find("{\"a\":null}"), std::string::npos)
      << story.server_received();
}

TEST(Stories, AClientThatStallsIsGivenUpAlsoWhenAFaultBuffersItsBody) {
  Story story(
      "rules: [{ name: r, match: { listener: http }, fault: { schema_drift: { mutate: 'null', "
      "pointer: /a, side: request } } }]\n",
      {text_of(1)});

  story.client().send(
      "POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n"
      "Content-Length: 10\r\n\r\n{");
  story.run_for(seconds(70));

  EXPECT_NE(story.ear().bytes.find("HTTP/1.1 408 "), std::string::npos) << story.ear().bytes;
  EXPECT_EQ(story.sessions(), 0U);
}

// What waited behind an Upgrade had paused the client, and nothing let it go on in the tunnel.
TEST(Stories, ATunnelGoesOnBehindMoreThanWaitsForItsBeginning) {
  const std::string ask =
      "GET /a HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
  const std::string early(8 * limits::kConnectionBufferBytes, 'e');
  Ear ear;
  Ear server_ear;
  std::unique_ptr<SimPeer> server;
  Stage* world = nullptr;
  Stage stage({}, {}, [&](std::shared_ptr<SimLink> link) {
    server = std::make_unique<SimPeer>(world->reactor(), std::move(link), server_ear, ReadPace{});
  });
  world = &stage;
  auto client = stage.connect(ear, {});
  client->send(ask + early);
  stage.run_for(seconds(1));
  ASSERT_FALSE(client->is_flushed()) << "so much waits that the client is not read any more";

  server->send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  stage.run_for(seconds(1));
  client->send("ping");
  server->send("pong");
  stage.run_for(seconds(1));

  EXPECT_EQ(server_ear.bytes.size(), ask.size() + early.size() + 4);
  EXPECT_TRUE(server_ear.bytes.ends_with("eping"));
  EXPECT_TRUE(ear.bytes.ends_with("\r\n\r\npong"));
  client->close();
  server->close();
  EXPECT_EQ(stage.finish(), "");
}

// A connection that was made in the turn in which its client was closed was joined to it, and kept
// for the idle time of a tunnel: an hour.
TEST(Stories, AClientThatAFaultClosesWhileItsUpstreamIsDialledLeavesNothing) {
  Ear ear;
  size_t dialled = 0;
  Stage stage({}, {}, [&dialled](const std::shared_ptr<SimLink>&) { ++dialled; });
  auto client = stage.connect(ear, {}, 1);
  ASSERT_EQ(stage.worker().session_count(), 1U);

  // Acts at once, on the open connection; the next event is that the dial has come to its end.
  stage.reload(
      {"rules: [{ name: r, match: { listener: tcp }, fault: { drop: { how: close } }, "
       "apply: live }]\n"});
  ASSERT_TRUE(stage.reactor().turn());
  stage.run_for(seconds(1));

  EXPECT_EQ(dialled, 0U);
  EXPECT_EQ(ear.end, "fin");
  EXPECT_EQ(stage.worker().session_count(), 0U);
  client->close();
  EXPECT_EQ(stage.finish(), "");
}

}  // namespace
}  // namespace faultline::sim
