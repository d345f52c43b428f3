// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/trace_log.h"

#include "proxy/base/hash.h"
#include "redaction/verify_scan.h"
#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace faultline::record {
namespace {

using nlohmann::json;
using redaction::Redactor;
using test::Redacting;
using test::Wire;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kBegan = 1'790'000'000 * kSecond;

class TraceLogTest : public ::testing::Test {
 protected:
  [[nodiscard]] TraceWriter open() const {
    auto file = AppendFile::create(path());
    EXPECT_TRUE(file.has_value());
    return TraceWriter(std::move(*file), {.id = "20260921T000000Z-shop",
                                          .seed = 18446744073709551615U,
                                          .version = "1.2.3",
                                          .wall_minus_mono = 5});
  }
  [[nodiscard]] std::string path() const { return folder_.file("traces.jsonl"); }

  // The entry borrows `request`.
  [[nodiscard]] static TraceEntry entry_of(const redaction::RedactedMessage& request) {
    return {.id = {.listener = 0, .connection = 17, .exchange = 3},
            .listener = "shop",
            .trace = Redactor::vouch("5c1f0b7e2d9a4c3388e6f1a07b52d914"),
            .parent = Redactor::vouch("a3f09c5e17b2d846"),
            .flags = 1,
            .ids = {{1, 2}, 0xA1, 0xA2},
            .began = {kBegan},
            .ended = {kBegan + 7},
            .request = request,
            .operation = "GET /cart/{id}",
            .status = 200,
            .outcome = Outcome::Completed,
            .request_bytes = 12,
            .response_bytes = 34,
            .client = Redactor::vouch("127.0.0.1"),
            .call = TraceCall{{kBegan + 1}, {kBegan + 6}, Redactor::vouch("[::1]:8080"), 200},
            .faults = {}};
  }

  /// The spans of the one line that `entry` makes.
  json spans_of(const TraceEntry& entry) {
    {
      auto log = open();
      EXPECT_TRUE(log.append(entry).has_value());
      EXPECT_TRUE(log.close().has_value());
    }
    const json line = json::parse(test::read_text(path()));
    EXPECT_EQ(std::remove(path().c_str()), 0);
    return line["resourceSpans"][0]["scopeSpans"][0]["spans"];
  }

  /// The value of an attribute as JSON; null when it is not there.
  static json attribute(const json& span, const std::string& key) {
    for (const auto& pair : span["attributes"]) {
      if (pair["key"] == key) return pair["value"];
    }
    return nullptr;
  }

  test::TempFolder folder_;
  Redacting redact_;
};

json text(std::string_view value) { return {{"stringValue", value}}; }
json number(int64_t value) { return {{"intValue", std::to_string(value)}}; }

TEST_F(TraceLogTest, WritesOneLineWithBothSpansInTheEncodingOfOtlp) {
  const auto request = redact_({.target = "/cart/17?full=1"});
  auto entry = entry_of(request);
  entry.faults = {{{kBegan + 2}, 9, "slow", "latency", Direction::Response, "delay 3 ns", 3}};
  auto log = open();

  ASSERT_TRUE(log.append(entry).has_value());
  ASSERT_TRUE(log.close().has_value());

  EXPECT_EQ(log.written(), 1U);
  EXPECT_EQ(log.lost(), 0U);
  EXPECT_EQ(
      test::read_text(path()),
      R"({"resourceSpans":[{"resource":{"attributes":[)"
      R"({"key":"service.name","value":{"stringValue":"faultline"}},)"
      R"({"key":"service.version","value":{"stringValue":"1.2.3"}},)"
      R"({"key":"faultline.run.id","value":{"stringValue":"20260921T000000Z-shop"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"faultline","version":"1.2.3"},"spans":[)"
      R"({"traceId":"5c1f0b7e2d9a4c3388e6f1a07b52d914","spanId":"00000000000000a1",)"
      R"("parentSpanId":"a3f09c5e17b2d846","flags":769,"name":"GET /cart/{id}","kind":2,)"
      R"("startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000000000000007",)"
      R"("attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},)"
      R"({"key":"http.route","value":{"stringValue":"/cart/{id}"}},)"
      R"({"key":"url.scheme","value":{"stringValue":"http"}},)"
      R"({"key":"url.path","value":{"stringValue":"/cart/17"}},)"
      R"({"key":"url.query","value":{"stringValue":"full=1"}},)"
      R"({"key":"network.protocol.version","value":{"stringValue":"1.1"}},)"
      R"({"key":"client.address","value":{"stringValue":"127.0.0.1"}},)"
      R"({"key":"http.response.status_code","value":{"intValue":"200"}},)"
      R"({"key":"http.request.body.size","value":{"intValue":"12"}},)"
      R"({"key":"http.response.body.size","value":{"intValue":"34"}},)"
      R"({"key":"faultline.listener","value":{"stringValue":"shop"}},)"
      R"({"key":"faultline.exchange","value":{"stringValue":"shop/17/3"}},)"
      R"({"key":"faultline.outcome","value":{"stringValue":"completed"}}],)"
      R"("events":[{"timeUnixNano":"1790000000000000002","name":"faultline.fault","attributes":[)"
      R"({"key":"faultline.fault.rule","value":{"stringValue":"slow"}},)"
      R"({"key":"faultline.fault.kind","value":{"stringValue":"latency"}},)"
      R"({"key":"faultline.fault.direction","value":{"stringValue":"response"}},)"
      R"({"key":"faultline.fault.action","value":{"stringValue":"delay 3 ns"}},)"
      R"({"key":"faultline.fault.delay_ns","value":{"intValue":"3"}},)"
      R"({"key":"faultline.fault.event","value":{"intValue":"9"}},)"
      R"({"key":"faultline.seed","value":{"stringValue":"18446744073709551615"}}]}]},)"
      R"({"traceId":"5c1f0b7e2d9a4c3388e6f1a07b52d914","spanId":"00000000000000a2",)"
      R"("parentSpanId":"00000000000000a1","flags":257,"name":"GET /cart/{id}","kind":3,)"
      R"("startTimeUnixNano":"1790000000000000001","endTimeUnixNano":"1790000000000000006",)"
      R"("attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},)"
      R"({"key":"server.address","value":{"stringValue":"::1"}},)"
      R"({"key":"server.port","value":{"intValue":"8080"}},)"
      R"({"key":"url.full","value":{"stringValue":"http://[::1]:8080/cart/17?full=1"}},)"
      R"({"key":"network.protocol.version","value":{"stringValue":"1.1"}},)"
      R"({"key":"http.response.status_code","value":{"intValue":"200"}}]}]}]}]})"
      "\n");
}

TEST_F(TraceLogTest, ARequestWithoutATraceThatWasAnsweredHereIsOneSpanWithoutAParent) {
  const auto request = redact_({.method = "PROPFIND", .target = "http://a.test/x"});
  auto entry = entry_of(request);
  entry.parent = {};
  entry.operation = {};
  entry.call.reset();

  const json spans = spans_of(entry);

  ASSERT_EQ(spans.size(), 1U);
  EXPECT_FALSE(spans[0].contains("parentSpanId"));
  EXPECT_FALSE(spans[0].contains("events"));
  EXPECT_EQ(spans[0]["flags"], 0x101);
  EXPECT_EQ(spans[0]["name"], "HTTP") << "a method that the conventions do not know";
  EXPECT_EQ(attribute(spans[0], "http.request.method"), text("_OTHER"));
  EXPECT_EQ(attribute(spans[0], "http.request.method_original"), text("PROPFIND"));
  EXPECT_EQ(attribute(spans[0], "http.route"), nullptr);
  EXPECT_EQ(attribute(spans[0], "url.path"), text("/x"));
  EXPECT_EQ(attribute(spans[0], "url.query"), nullptr);
}

TEST_F(TraceLogTest, SaysOfEachSideWhetherItFailed) {
  struct Case {
    std::string name;
    int status;
    Outcome outcome;
    int upstream_status;
    std::string server_error;  // empty: none
    std::string client_error;
  };
  const Case cases[] = {
      {"fine", 200, Outcome::Completed, 200, "", ""},
      {"the client asked for what is not there", 404, Outcome::Completed, 404, "", "404"},
      {"the upstream fails", 503, Outcome::Completed, 503, "503", "503"},
      {"a fault makes a failure of an answer", 503, Outcome::Injected, 0, "503", ""},
      {"a fault makes another answer of a failure", 200, Outcome::Completed, 500, "", "500"},
      {"a fault makes a refusal", 404, Outcome::Injected, 0, "", ""},
      {"a fault lets the client wait in vain", 0, Outcome::Injected, 0, "injected", ""},
      {"the upstream breaks off", 200, Outcome::UpstreamAborted, 200, "upstream_aborted",
       "upstream_aborted"},
      {"the upstream is silent", 504, Outcome::TimedOut, 0, "504", "timed_out"},
      {"the client leaves", 0, Outcome::DownstreamAborted, 0, "downstream_aborted",
       "downstream_aborted"},
  };
  const auto request = redact_({.target = "/"});
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto entry = entry_of(request);
    entry.status = c.status;
    entry.outcome = c.outcome;
    entry.call->status = c.upstream_status;

    const json spans = spans_of(entry);

    ASSERT_EQ(spans.size(), 2U);
    const auto expect = [](const json& span, int status, const std::string& error) {
      EXPECT_EQ(attribute(span, "http.response.status_code"),
                status == 0 ? json(nullptr) : number(status));
      EXPECT_EQ(attribute(span, "error.type"), error.empty() ? json(nullptr) : text(error));
      const json failed{{"code", 2}};
      EXPECT_EQ(span.value("status", json()), error.empty() ? json() : failed);
    };
    expect(spans[0], c.status, c.server_error);
    expect(spans[1], c.upstream_status, c.client_error);
  }
}

TEST_F(TraceLogTest, TheTargetsOfOptionsAndConnectAreNoPaths) {
  const auto options = redact_({.method = "OPTIONS", .target = "*"});
  const auto connect = redact_({.method = "CONNECT", .target = "api.test:443"});

  const json of_options = spans_of(entry_of(options));
  const json of_connect = spans_of(entry_of(connect));

  EXPECT_EQ(attribute(of_options[1], "url.full"), text("http://[::1]:8080"));
  EXPECT_EQ(attribute(of_connect[0], "url.path"), nullptr);
}

TEST_F(TraceLogTest, AnUpstreamWhoseAddressWasReplacedIsWrittenAsItIs) {
  const auto request = redact_({.target = "/"});
  auto entry = entry_of(request);
  entry.call->address = Redactor::vouch("redacted");

  const json spans = spans_of(entry);

  EXPECT_EQ(attribute(spans[1], "server.address"), text("redacted"));
  EXPECT_EQ(attribute(spans[1], "server.port"), nullptr);
}

TEST_F(TraceLogTest, ASpanDoesNotEndBeforeItBegan) {
  const auto request = redact_({.target = "/"});
  auto entry = entry_of(request);
  entry.ended = {kBegan - 1};

  EXPECT_EQ(spans_of(entry)[0]["endTimeUnixNano"], std::to_string(kBegan));
}

TEST_F(TraceLogTest, KeepsControlBytesOfATargetInsideItsLine) {
  const auto request = redact_({.target = "/a\n{\"spans\":1}\x01\x7f\xff"});
  auto log = open();

  ASSERT_TRUE(log.append(entry_of(request)).has_value());
  ASSERT_TRUE(log.close().has_value());

  const std::string written = test::read_text(path());
  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 1);
  EXPECT_TRUE(json::accept(written));
}

// Ids and times are long numbers: none may end a run as a leak of a card or an account.
TEST_F(TraceLogTest, ThousandsOfItsLinesHoldNothingThatLooksLikePersonalData) {
  const auto request = redact_({.target = "/cart/17"});
  auto entry = entry_of(request);
  auto log = open();
  for (uint64_t i = 0; i < 5000; ++i) {
    entry.id.connection = i;
    entry.ids = span_ids(i, "shop", entry.id);
    entry.trace = Redactor::vouch(trace_id_text(entry.ids.trace));
    entry.parent = {};
    entry.began = {kBegan + static_cast<int64_t>(i) * 7'919'131};
    entry.ended = {entry.began.ns + 104'729};
    entry.call->began = {entry.began.ns + 1009};
    entry.call->ended = {entry.began.ns + 50'021};
    ASSERT_TRUE(log.append(entry).has_value());
  }
  ASSERT_TRUE(log.close().has_value());
  const redaction::verify::Scanner scanner({});
  std::vector<redaction::verify::Hit> hits;

  scanner.scan(test::read_text(path()), false, hits);

  EXPECT_TRUE(hits.empty()) << hits.size() << " hits, the first a " << hits.front().detector;
}

}  // namespace
}  // namespace faultline::record
