// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What single seeds of the swarm have found, told with two scripted peers.
#include "tests/sim/scripted_peers.h"
#include "tests/sim/stage.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";

// One client and the answering server.
class Story {
 public:
  Story(std::string_view rules, Response response, ReadPace pace = {})
      : stage_(rules, shape(),
               [this, response](std::shared_ptr<SimLink> link) {
                 servers_.push_back(std::make_unique<AnsweringServer>(stage_.reactor(),
                                                                      std::move(link), response));
               }),
        client_(stage_.connect(ear_, pace)) {}
  // What the peers hold goes with them; nothing may be left then.
  ~Story() {
    client_->close();
    servers_.clear();
    EXPECT_EQ(stage_.finish(), "");
  }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  [[nodiscard]] SimPeer& client() { return *client_; }
  [[nodiscard]] std::string server_received() const {
    return servers_.empty() ? "" : servers_.front()->all();
  }
  [[nodiscard]] const Ear& ear() const { return ear_; }
  void run_for(Duration span) { stage_.run_for(span); }
  void retire(Duration deadline) { stage_.retire(deadline); }
  void reload() { stage_.reload(); }
  [[nodiscard]] size_t sessions() { return stage_.worker().session_count(); }

 private:
  static LinkShape shape() {
    LinkShape shape;
    shape.capacity = 4096;
    return shape;
  }
  Ear ear_;
  Stage stage_;
  std::vector<std::unique_ptr<AnsweringServer>> servers_;
  std::unique_ptr<SimPeer> client_;
};

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

}  // namespace
}  // namespace faultline::sim
