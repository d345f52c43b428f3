// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Trace context: the spans of each exchange in traces.jsonl.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace faultline::e2e {
namespace {

using nlohmann::json;

constexpr std::string_view kTraces = R"(rules:
  - { name: flaky, match: { path: /orders }, fault: { abort: { status: 503 } } }
  - { name: late, match: { path: /items }, fault: { latency: { fixed: 3ms } } }
  - { name: gone, match: { path: /cart/1 }, fault: { edit: { status: 404 } } }
access_log: true
traces: true
report: { fail_on: none }
)";
constexpr const char* kTrace = "5c1f0b7e2d9a4c3388e6f1a07b52d914";
constexpr const char* kSpan = "a3f09c5e17b2d846";

json attribute(const json& from, const std::string& key) {
  for (const auto& pair : from["attributes"]) {
    if (pair["key"] == key) return *pair["value"].begin();
  }
  return nullptr;
}

/// The spans of each line; every line is one TracesData.
std::vector<json> read_traces(const std::string& folder) {
  std::istringstream lines(read_all_files(folder).at("traces.jsonl"));
  std::vector<json> exchanges;
  for (std::string line; std::getline(lines, line);) {
    const json data = json::parse(line);
    EXPECT_EQ(data.size(), 1U);
    EXPECT_EQ(data["resourceSpans"].size(), 1U);
    const json& resource = data["resourceSpans"][0];
    EXPECT_EQ(attribute(resource["resource"], "service.name"), "faultline");
    const std::string run = attribute(resource["resource"], "faultline.run.id");
    EXPECT_TRUE(!run.empty() && folder.ends_with(run)) << run;
    exchanges.push_back(resource["scopeSpans"][0]["spans"]);
  }
  return exchanges;
}

int64_t nanos(const json& span, const char* member) {
  return std::stoll(span[member].get<std::string>());
}

/// One run of three exchanges, of which the first and the second say that they belong to a trace.
std::vector<json> traces_of(const std::string& config, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"-c", config};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Faultline faultline(arguments);
  curl({faultline.url("/items"), faultline.url("/orders")},
       {"-H", std::string("traceparent: 00-") + kTrace + "-" + kSpan + "-01"});
  curl({faultline.url("/cart/1")});
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ(stats["traces"], (json{{"written", 3}, {"lost", 0}}));
  const auto manifest = read_json(faultline.folder() + "/manifest.json");
  EXPECT_NE(manifest.dump().find("\"traces.jsonl\""), std::string::npos);
  const auto proof = read_json(faultline.folder() + "/redaction-proof.json");
  EXPECT_EQ(proof.value("leak_count", -1), 0) << proof.dump(2);
  return read_traces(faultline.folder());
}

TEST(Traces, EachExchangeHasASpanAndOneOfWhatTheUpstreamTook) {
  const Nginx nginx;
  const TempFolder folder;
  const auto exchanges =
      traces_of(folder.write("faultline.yaml", config_text(nginx.address(), kTraces)));

  ASSERT_EQ(exchanges.size(), 3U);
  const json& items = exchanges[0];
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0]["traceId"], kTrace);
  EXPECT_EQ(items[0]["parentSpanId"], kSpan);
  EXPECT_EQ(items[0]["kind"], 2);
  EXPECT_EQ(items[0]["name"], "GET /items");
  EXPECT_EQ(attribute(items[0], "http.response.status_code"), "200");
  EXPECT_EQ(attribute(items[0], "faultline.exchange"), "shop/0/0");
  EXPECT_EQ(items[1]["traceId"], kTrace);
  EXPECT_EQ(items[1]["parentSpanId"], items[0]["spanId"]);
  EXPECT_EQ(items[1]["kind"], 3);
  EXPECT_EQ(attribute(items[1], "url.full"), "http://" + nginx.address() + "/items");
  EXPECT_EQ(attribute(items[1], "http.response.status_code"), "200");

  // The fault is an event of the span it made longer, and nowhere else.
  ASSERT_EQ(items[0]["events"].size(), 1U);
  EXPECT_FALSE(items[1].contains("events"));
  const json& fault = items[0]["events"][0];
  EXPECT_EQ(fault["name"], "faultline.fault");
  EXPECT_EQ(attribute(fault, "faultline.fault.rule"), "late");
  EXPECT_EQ(attribute(fault, "faultline.fault.kind"), "latency");
  EXPECT_EQ(attribute(fault, "faultline.fault.delay_ns"), "3000000");
  EXPECT_EQ(attribute(fault, "faultline.seed"), "42");
  EXPECT_LE(nanos(items[0], "startTimeUnixNano"), nanos(fault, "timeUnixNano"));
  EXPECT_LE(nanos(fault, "timeUnixNano"), nanos(items[0], "endTimeUnixNano"));
  EXPECT_LE(nanos(items[0], "startTimeUnixNano"), nanos(items[1], "startTimeUnixNano"));
  EXPECT_LE(nanos(items[1], "endTimeUnixNano"), nanos(items[0], "endTimeUnixNano"));
  EXPECT_GE(nanos(items[0], "endTimeUnixNano") - nanos(items[0], "startTimeUnixNano"), 3'000'000);

  // Answered here: the upstream took nothing.
  const json& orders = exchanges[1];
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(attribute(orders[0], "http.response.status_code"), "503");
  EXPECT_EQ(attribute(orders[0], "error.type"), "503");
  EXPECT_EQ(orders[0]["status"], (json{{"code", 2}}));

  // Nobody named a trace, and the client was told another status than the upstream said.
  const json& cart = exchanges[2];
  ASSERT_EQ(cart.size(), 2U);
  EXPECT_NE(cart[0]["traceId"], kTrace);
  EXPECT_FALSE(cart[0].contains("parentSpanId"));
  EXPECT_EQ(cart[1]["traceId"], cart[0]["traceId"]);
  EXPECT_EQ(attribute(cart[0], "http.response.status_code"), "404");
  EXPECT_EQ(attribute(cart[1], "http.response.status_code"), "200");
}

/// The ids of all spans, in order.
std::vector<std::string> ids_of(const std::vector<json>& exchanges) {
  std::vector<std::string> ids;
  for (const auto& spans : exchanges) {
    for (const auto& span : spans) {
      ids.push_back(span["traceId"]);
      ids.push_back(span["spanId"]);
    }
  }
  return ids;
}

TEST(Traces, TheSameSeedAndTrafficGiveTheSameIds) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), kTraces));

  const auto first = ids_of(traces_of(config));
  const auto second = ids_of(traces_of(config));
  const auto other = ids_of(traces_of(config, {"--seed", "43"}));

  ASSERT_EQ(first.size(), 10U);
  EXPECT_EQ(first, second);
  // Only the trace that the client named is in both.
  std::set<std::string> common(first.begin(), first.end());
  std::erase_if(common, [&other](const std::string& id) {
    return std::find(other.begin(), other.end(), id) == other.end();
  });
  EXPECT_EQ(common, std::set<std::string>{kTrace});
}

}  // namespace
}  // namespace faultline::e2e
