// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What the upstream gets of a client's trace. What is written of it: e2e Traces.
#include "proxy/base/trace_context.h"

#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;

constexpr uint64_t kSeed = 42;  // of the Proxy
constexpr std::string_view kParent = "00-5c1f0b7e2d9a4c3388e6f1a07b52d914-a3f09c5e17b2d846-00";

/// The head that the upstream gets of a request with these fields.
std::string passed_on(const std::string& config, const std::string& fields) {
  std::string seen;
  FakeUpstream upstream([&seen](RawSocket& socket) {
    seen = socket.read_until("\r\n\r\n").bytes;
    static_cast<void>(socket.send("HTTP/1.1 204 No Content\r\n\r\n"));
  });
  Proxy proxy(config, upstream.address());
  auto client = proxy.connect();
  EXPECT_TRUE(client.send("GET /a HTTP/1.1\r\nHost: x.test\r\n" + fields + "\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n").bytes.substr(9, 3), "204");
  return seen;
}

// Traces need the mirror, whose copy nobody takes here.
std::string mirrored_config(std::string_view more) {
  std::string config = http_config(more);
  const std::string_view off = "mirror: { mode: off }\n";
  config.erase(config.find(off), off.size());
  return config;
}

std::string gateway_config(std::string_view more) {
  std::string config = mirrored_config(more);
  const std::string_view mark = "    protocol: http\n";
  config.insert(config.find(mark), "    mode: gateway\n");
  return config;
}

std::string field(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + std::string(value) + "\r\n";
}

// All but the fields of a trace context.
std::string gateway_fields() {
  return "Forwarded: for=127.0.0.1;proto=http;host=x.test\r\nX-Forwarded-For: 127.0.0.1\r\n"
         "X-Forwarded-Proto: http\r\nX-Forwarded-Host: x.test\r\nVia: 1.1 faultline\r\n";
}

constexpr std::string_view kHead = "GET /a HTTP/1.1\r\nHost: x.test\r\n";

TEST(TraceContext, PassesThroughATransparentListenerAsItCame) {
  for (const std::string& fields :
       {field("traceparent", kParent) + field("tracestate", "north=q7Zk2,south=1"),
        field("TraceParent", "not one") + field("Tracestate", "a=1") + field("tracestate", "b=2"),
        std::string()}) {
    for (const std::string more : {"", "traces: true\n"}) {
      EXPECT_EQ(passed_on(mirrored_config(more), fields), std::string(kHead) + fields + "\r\n");
    }
  }
}

TEST(TraceContext, PassesThroughAGatewayThatWritesNoTraces) {
  const std::string fields = field("traceparent", kParent) + field("tracestate", "north=q7");

  EXPECT_EQ(passed_on(gateway_config(""), fields),
            std::string(kHead) + fields + gateway_fields() + "\r\n");
}

TEST(TraceContext, AGatewayThatWritesTracesNamesItsOwnSpanInTheClientsTrace) {
  const std::string state = field("tracestate", "north=q7Zk2");
  const SpanIds ids = span_ids(kSeed, "shop", {.listener = 0, .connection = 0, .exchange = 0});
  const TraceParent came = *parse_traceparent(kParent);
  const TraceParent own{came.trace, ids.client, came.flags};

  EXPECT_EQ(passed_on(gateway_config("traces: true\n"), field("traceparent", kParent) + state),
            std::string(kHead) + field("traceparent", format_traceparent(own)) + state +
                gateway_fields() + "\r\n");
}

TEST(TraceContext, AGatewayThatWritesTracesBeginsOneWhereTheClientNamesNone) {
  const SpanIds ids = span_ids(kSeed, "shop", {.listener = 0, .connection = 0, .exchange = 0});
  const TraceParent own{ids.trace, ids.client, TraceParent::kSampled};
  const std::string_view upper = "00-5C1F0B7E2D9A4C3388E6F1A07B52D914-a3f09c5e17b2d846-01";

  for (const std::string& fields :
       {std::string(), field("traceparent", upper) + field("tracestate", "a=1"),
        field("traceparent", kParent) + field("Traceparent", kParent) +
            field("tracestate", "a=1")}) {
    SCOPED_TRACE(fields);
    const std::string seen = passed_on(gateway_config("traces: true\n"), fields);
    EXPECT_NE(seen.find(field("traceparent", format_traceparent(own))), std::string::npos) << seen;
    EXPECT_EQ(seen.find("tracestate"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("52d914-"), std::string::npos) << seen;
  }
}

}  // namespace
}  // namespace faultline::integration
