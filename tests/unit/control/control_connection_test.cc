// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/control_connection.h"

#include "proxy/base/limits.h"
#include "proxy/control/replies.h"
#include "tests/fakes/manual_scheduler.h"
#include "tests/fakes/memory_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::control {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kLive = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kMetrics = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

// The client's side: keeps what came.
class Client final : public io::StreamEvents {
 public:
  void on_data(buffer::Slice bytes) override { received_ += bytes.view(); }
  void on_end() override { has_ended_ = true; }
  void on_closed(const Error* /*error*/) override { is_closed_ = true; }

  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] bool has_ended() const { return has_ended_ || is_closed_; }
  [[nodiscard]] std::vector<std::string> statuses() const {
    std::vector<std::string> found;
    constexpr std::string_view kMark = "HTTP/1.1 ";
    for (size_t at = received_.find(kMark); at != std::string::npos;
         at = received_.find(kMark, at + 1)) {
      found.push_back(received_.substr(at + kMark.size(), 3));
    }
    return found;
  }

 private:
  std::string received_;
  bool has_ended_ = false;
  bool is_closed_ = false;
};

// Answers everything at once but /metrics, which waits for the test.
class ControlConnectionTest : public ::testing::Test, protected ControlDesk {
 protected:
  using Statuses = std::vector<std::string>;

  ControlConnectionTest() {
    auto [server, client] = fakes::make_memory_streams(scheduler_, pool_);
    server_ = server.get();
    client_stream_ = std::move(client);
    client_stream_->set_events(client_);
    client_stream_->start();
    ControlDesk& desk = *this;
    connection_ = std::make_unique<ControlConnection>(scheduler_, pool_, desk, std::move(server));
  }
  ~ControlConnectionTest() override = default;

  void send(std::string_view text) {
    client_stream_->write_text(text);
    scheduler_.run_soon();
  }

  // ControlDesk
  [[nodiscard]] Reach reach() const noexcept override { return Reach::Loopback; }
  void answer(ControlConnection& /*connection*/, Route route, AnswerCallback done) override {
    ++answers_;
    if (route == Route::Metrics) {
      pending_ = std::move(done);
    } else {
      done(make_reply(200, "text/plain", body_));
    }
  }
  void on_refused(std::string_view reason) override { refused_.emplace_back(reason); }
  void on_connection_over(ControlConnection& /*connection*/) override { ++overs_; }

  fakes::ManualScheduler scheduler_;
  buffer::BlockPool pool_;
  Client client_;
  std::unique_ptr<fakes::MemoryStream> client_stream_;
  fakes::MemoryStream* server_ = nullptr;
  std::string body_ = "ok\n";
  AnswerCallback pending_;
  int answers_ = 0;
  int overs_ = 0;
  std::vector<std::string> refused_;
  std::unique_ptr<ControlConnection> connection_;  // last: borrows all of the above
};

TEST_F(ControlConnectionTest, KeepsAConnectionForFurtherRequests) {
  send(kLive);
  send(kLive);

  EXPECT_EQ(client_.statuses(), (Statuses{"200", "200"}));
  EXPECT_FALSE(client_.has_ended());
}

TEST_F(ControlConnectionTest, AnswersPipelinedRequestsInOrderAndOneAtATime) {
  send(std::string(kMetrics) + std::string(kLive) + std::string(kLive));
  EXPECT_EQ(answers_, 1);
  EXPECT_EQ(client_.received(), "");

  pending_(make_reply(200, "text/plain", "numbers\n"));
  scheduler_.run_soon();

  EXPECT_EQ(answers_, 3);
  EXPECT_EQ(client_.statuses(), (Statuses{"200", "200", "200"}));
  EXPECT_LT(client_.received().find("numbers"), client_.received().find("ok"));
}

TEST_F(ControlConnectionTest, GivesTheSameAnswersHoweverTheBytesAreCut) {
  server_->set_segments({1});

  send(std::string(kLive) + "HEAD /livez HTTP/1.1\r\nHost: [::1]:1\r\n\r\n" +
       "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" +
       std::string(kLive));

  EXPECT_EQ(client_.statuses(), (Statuses{"200", "200", "404"}));
  EXPECT_TRUE(client_.has_ended());
  EXPECT_EQ(answers_, 2);
}

TEST_F(ControlConnectionTest, SendsNoBodyToHead) {
  send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");

  EXPECT_NE(client_.received().find("Content-Length: 3\r\n"), std::string::npos);
  EXPECT_TRUE(client_.received().ends_with("\r\n\r\n"));
}

TEST_F(ControlConnectionTest, RefusesABodyWithoutReadingIt) {
  send("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nabc");

  EXPECT_EQ(client_.statuses(), (Statuses{"413"}));
  EXPECT_TRUE(client_.has_ended());
  EXPECT_EQ(refused_, (Statuses{"body"}));
  EXPECT_EQ(answers_, 0);
}

TEST_F(ControlConnectionTest, TellsAWrongVerbBeforeAWrongBody) {
  send("POST /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");

  EXPECT_EQ(client_.statuses(), (Statuses{"405"}));
  EXPECT_TRUE(client_.has_ended());
}

TEST_F(ControlConnectionTest, RefusesForeignHostsAndEndsTheConnection) {
  send("GET /metrics HTTP/1.1\r\nHost: rebound.example\r\n\r\n" + std::string(kLive));

  EXPECT_EQ(client_.statuses(), (Statuses{"403"}));
  EXPECT_EQ(refused_, (Statuses{"caller"}));
  EXPECT_EQ(answers_, 0);
}

TEST_F(ControlConnectionTest, RefusesMalformedRequestsWithJson) {
  send("GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");

  EXPECT_EQ(client_.statuses(), (Statuses{"400"}));
  EXPECT_NE(client_.received().find(R"({"error":{"code":"duplicate_content_length")"),
            std::string::npos);
  EXPECT_TRUE(client_.has_ended());
}

TEST_F(ControlConnectionTest, RefusesALargeHeadWholeOrStillArriving) {
  const std::string begin = "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: ";
  const std::string large(limits::kControlHeadBytes, 'a');

  send(begin + large);  // and no end of it

  EXPECT_EQ(client_.statuses(), (Statuses{"431"}));
  EXPECT_EQ(refused_, (Statuses{"head_too_large"}));
  EXPECT_TRUE(client_.has_ended());
}

TEST_F(ControlConnectionTest, RefusesALargeHeadThatCameAsOne) {
  send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-A: " +
       std::string(limits::kControlHeadBytes, 'a') + "\r\n\r\n");

  EXPECT_EQ(client_.statuses(), (Statuses{"431"}));
  EXPECT_EQ(answers_, 0);
}

TEST_F(ControlConnectionTest, CutsARequestThatDribblesIn) {
  // A byte every half second: no single wait is long, but the whole takes too long.
  size_t sent = 0;
  for (; sent < kLive.size() && client_.received().empty(); ++sent) {
    send(kLive.substr(sent, 1));
    scheduler_.advance(milliseconds(500));
  }

  EXPECT_EQ(sent, 10U);
  EXPECT_EQ(client_.statuses(), (Statuses{"408"}));
  EXPECT_TRUE(client_.has_ended());
  scheduler_.advance(limits::kLingerTimeout);
  EXPECT_EQ(overs_, 1);
}

TEST_F(ControlConnectionTest, CutsAConnectionThatSaysNothing) {
  scheduler_.advance(limits::kControlRequestTimeout - milliseconds(1));
  EXPECT_FALSE(client_.has_ended());

  scheduler_.advance(milliseconds(1));

  EXPECT_TRUE(client_.has_ended());
  EXPECT_EQ(client_.received(), "");
}

TEST_F(ControlConnectionTest, GivesEachRequestItsOwnTimeAndTheIdleTimeBetween) {
  send(kLive);
  scheduler_.advance(limits::kControlIdleTimeout - milliseconds(1));
  send(kLive.substr(0, 5));
  scheduler_.advance(limits::kControlRequestTimeout - milliseconds(1));
  send(kLive.substr(5));
  EXPECT_EQ(client_.statuses(), (Statuses{"200", "200"}));

  scheduler_.advance(limits::kControlIdleTimeout);

  EXPECT_TRUE(client_.has_ended());
}

TEST_F(ControlConnectionTest, ClosesOnAClientThatDoesNotTakeItsAnswer) {
  body_ = std::string(1024UL * 1024, 'x');
  client_stream_->set_receive_capacity(1024);
  client_stream_->pause(io::PauseReason::Throttle);

  send(kLive);
  scheduler_.advance(limits::kControlRequestTimeout);

  EXPECT_EQ(refused_, (Statuses{"answer_not_taken"}));
  EXPECT_EQ(overs_, 1);
}

TEST_F(ControlConnectionTest, AnswersARequestBehindWhichTheClientHalfClosed) {
  client_stream_->write_text(kMetrics);
  client_stream_->shutdown();
  scheduler_.run_soon();

  pending_(make_reply(200, "text/plain", "numbers\n"));
  scheduler_.run_soon();

  EXPECT_TRUE(client_.received().ends_with("numbers\n"));
  EXPECT_EQ(overs_, 1);
}

TEST_F(ControlConnectionTest, IsOverOnceWhenTheClientBreaksOff) {
  send(kMetrics);

  client_stream_->reset();
  scheduler_.run_soon();

  EXPECT_EQ(overs_, 1);
}

}  // namespace
}  // namespace faultline::control
