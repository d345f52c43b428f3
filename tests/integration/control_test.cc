// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "proxy/control/control_server.h"
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <future>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;
using End = fakes::ReadResult::End;

// A proxy with its control port.
class ControlledProxy {
 public:
  explicit ControlledProxy(const HostPort& upstream, const std::string& more = "")
      : proxy_(http_config(more), upstream, true, [this](server::App& app) {
          auto opened = control::ControlServer::open(
              {.loop = app.control_loop(), .source = app, .listen = {"127.0.0.1", 0}});
          EXPECT_TRUE(opened.has_value());
          address_ = (*opened)->address();
          return std::shared_ptr<void>(std::move(*opened));
        }) {}

  [[nodiscard]] Proxy& proxy() { return proxy_; }
  [[nodiscard]] RawSocket connect() const { return RawSocket::connect(address_); }
  // The whole answer on a connection of its own.
  [[nodiscard]] std::string get(const std::string& path) const {
    auto socket = connect();
    EXPECT_TRUE(
        socket.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    return socket.read_to_end().bytes;
  }

 private:
  HostPort address_;
  Proxy proxy_;
};

bool is_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

// Answers when it is told to.
class HeldUpstream {
 public:
  HeldUpstream()
      : upstream_([this](RawSocket& socket) {
          if (socket.read_until("\r\n\r\n").end != End::Enough) return;
          has_request_.set_value();
          released_.get_future().wait();
          static_cast<void>(socket.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
          static_cast<void>(socket.read_to_end());
        }) {}
  [[nodiscard]] HostPort address() const { return upstream_.address(); }
  void wait_for_request() { has_request_.get_future().wait(); }
  void release() { released_.set_value(); }

 private:
  std::promise<void> has_request_;
  std::promise<void> released_;
  FakeUpstream upstream_;
};

TEST(Control, ReadinessFailsFirstWhileAnExchangeIsUnderWay) {
  HeldUpstream upstream;
  ControlledProxy controlled(upstream.address());
  EXPECT_TRUE(is_status(controlled.get("/readyz"), 200));
  auto client = controlled.proxy().connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  upstream.wait_for_request();

  controlled.proxy().begin_stop();
  std::string ready = controlled.get("/readyz");
  while (is_status(ready, 200)) ready = controlled.get("/readyz");

  EXPECT_TRUE(is_status(ready, 503)) << ready;
  EXPECT_TRUE(ready.ends_with("draining\n"));
  EXPECT_TRUE(is_status(controlled.get("/livez"), 200));
  EXPECT_NE(controlled.get("/metrics").find("\nfaultline_draining 1\n"), std::string::npos);
  upstream.release();
  EXPECT_TRUE(client.read_to_end().bytes.ends_with("\r\n\r\nhi"));
}

TEST(Control, KeepsTheListenersOpenForTheGraceBehindAFailingReadiness) {
  FakeUpstream upstream(
      fakes::answer_each_head_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  ControlledProxy controlled(upstream.address(),
                             "control: { listen: '127.0.0.1:0', drain_grace: 2s }\n");

  controlled.proxy().begin_stop();
  while (is_status(controlled.get("/readyz"), 200)) {
  }
  auto late = controlled.proxy().connect();

  ASSERT_TRUE(late.is_open());
  ASSERT_TRUE(late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(is_status(late.read_until("hi").bytes, 200));
}

TEST(Control, MetricsCountWhatPassedWhileWorkersRun) {
  FakeUpstream upstream(
      fakes::answer_each_head_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  ControlledProxy controlled(upstream.address());
  auto client = controlled.proxy().connect();

  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(client.read_until("hi").end, End::Enough);
    static_cast<void>(controlled.get("/metrics"));
  }
  ASSERT_TRUE(client.send("GET / HTTP/9.9\r\n\r\n"));
  EXPECT_TRUE(is_status(client.read_to_end().bytes, 505));
  const std::string page = controlled.get("/metrics");

  for (const std::string line :
       {"faultline_exchanges_completed_total{listener=\"shop\"} 5",
        "faultline_responses_total{phase=\"all\",class=\"2xx\"} 5",
        "faultline_exchange_duration_seconds_count{phase=\"all\"} 5",
        "faultline_errors_total{side=\"downstream\",reason=\"unsupported_version\"} 1",
        "faultline_upstream_connects_total 1", "faultline_upstream_reuses_total 4",
        "faultline_stale_workers 0"}) {
    EXPECT_NE(page.find("\n" + line + "\n"), std::string::npos) << line;
  }
}

TEST(Control, MetricsCountTheFieldsThatAreNeverForwarded) {
  FakeUpstream upstream([](RawSocket& socket) {
    const std::string answer =
        "HTTP/1.1 103 Early Hints\r\nContent-Length: 1\r\n\r\n"
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n";
    while (socket.read_until("X-Sum: 1\r\n\r\n").end == End::Enough) {
      if (!socket.send(answer)) return;
    }
  });
  ControlledProxy controlled(upstream.address());
  auto client = controlled.proxy().connect();

  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "0\r\nHost: y\r\nX-Sum: 1\r\n\r\n"));
    ASSERT_EQ(client.read_until("204 No Content\r\n\r\n").end, End::Enough);
  }

  EXPECT_NE(controlled.get("/metrics").find("\nfaultline_fields_stripped_total 6\n"),
            std::string::npos);
}

TEST(Control, RefusesConnectionsBeyondItsLimitAndServesOnAfterwards) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  ControlledProxy controlled(upstream.address());
  std::vector<RawSocket> held;
  for (size_t i = 0; i < limits::kControlConnections; ++i) {
    held.push_back(controlled.connect());
    ASSERT_TRUE(held.back().send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    ASSERT_EQ(held.back().read_until("ok\n").end, End::Enough);
  }

  auto refused = controlled.connect();
  static_cast<void>(refused.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"));

  EXPECT_EQ(refused.read_to_end().bytes, "");
  held.clear();
  std::string page = controlled.get("/metrics");
  while (page.empty()) page = controlled.get("/metrics");  // until the closes have arrived
  EXPECT_NE(page.find("faultline_control_connections_total{result=\"refused\"}"),
            std::string::npos);
}

TEST(Control, CutsAClientThatDribblesItsRequest) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  ControlledProxy controlled(upstream.address());
  auto slow = controlled.connect();

  // A byte now and then for as long as it is taken; the connection outlives no deadline by that.
  ASSERT_TRUE(slow.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: "));
  while (slow.is_silent_for(std::chrono::milliseconds(300))) {
    if (!slow.send("x")) break;
  }

  EXPECT_TRUE(is_status(slow.read_to_end().bytes, 408));
  EXPECT_TRUE(is_status(controlled.get("/livez"), 200));
}

TEST(Control, RefusesWhatABrowserCouldBeMadeToSend) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  ControlledProxy controlled(upstream.address());

  for (const std::string fields : {"Host: rebound.example\r\n", "Host: 192.0.2.1\r\n",
                                   "Host: localhost\r\nOrigin: http://evil.example\r\n"}) {
    auto socket = controlled.connect();
    ASSERT_TRUE(socket.send("GET /metrics HTTP/1.1\r\n" + fields + "\r\n"));
    const std::string answer = socket.read_to_end().bytes;
    EXPECT_TRUE(is_status(answer, 403)) << answer;
    EXPECT_EQ(answer.find("faultline_"), std::string::npos);
  }
}

}  // namespace
}  // namespace faultline::integration
