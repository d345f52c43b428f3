// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/exchange_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::record {
namespace {

TEST(ExchangeLine, ReadsEverythingALineCanSay) {
  const std::string text =
      R"({"name":"login","t_ms":12,"request":{"method":"POST","target":"/items?full=1",)"
      R"("headers":{"Content-Type":"application/json","accept":["a","b"]},"json":{"n": 1,"n":2}},)"
      R"("response":{"status":201,"headers":{},"base64":"AP8B"}})";
  ExchangeLineDecoder decoder;
  ExchangeLine line;

  const Status status = decoder.decode(text, line);

  ASSERT_TRUE(status.has_value()) << status.error().message;
  EXPECT_EQ(line.name, "login");
  EXPECT_EQ(line.t_ns, 12'000'000);
  EXPECT_EQ(line.request.direction, Direction::Request);
  EXPECT_EQ(line.request.method, "POST");
  EXPECT_EQ(line.request.target, "/items?full=1");
  EXPECT_EQ(line.request.body, R"({"n": 1,"n":2})") << "as it was sent, repeated names included";
  ASSERT_EQ(line.request.fields.size(), 3U);
  EXPECT_EQ(line.request.find("content-type")->value, "application/json");
  EXPECT_EQ(line.request.fields[2].value, "b");
  ASSERT_TRUE(line.response.has_value());
  EXPECT_EQ(line.response->direction, Direction::Response);
  EXPECT_EQ(line.response->method, "POST");
  EXPECT_EQ(line.response->target, "/items?full=1");
  EXPECT_EQ(line.response->status, 201);
  EXPECT_EQ(line.response->body, std::string_view("\0\xFF\x01", 3));
}

TEST(ExchangeLine, KeepsNothingOfTheLineBefore) {
  ExchangeLineDecoder decoder;
  ExchangeLine line;
  ASSERT_TRUE(decoder.decode(
      R"({"name":"a","t_ms":1,"request":{"method":"GET","target":"/","headers":{"a":"b"},)"
      R"("body":"x"},"response":{"status":200,"headers":{"c":"d"},"body":"y"}})",
      line));

  ASSERT_TRUE(decoder.decode(R"({"request":{"method":"PUT","target":"/b"}})", line));
  EXPECT_EQ(line.name, "");
  EXPECT_EQ(line.t_ns, 0);
  EXPECT_TRUE(line.request.fields.empty());
  EXPECT_EQ(line.request.body, "");
  EXPECT_FALSE(line.response.has_value());

  const std::string third =
      R"({"response":{"status":204},"request":{"method":"GET","target":"/c","body":"\u0041"}})";
  ASSERT_TRUE(decoder.decode(third, line));
  EXPECT_EQ(line.request.body, "A");
  EXPECT_EQ(line.response->target, "/c") << "whatever order the members have";
  EXPECT_TRUE(line.response->fields.empty());
  EXPECT_EQ(line.response->body, "");
}

TEST(ExchangeLine, NamesTheMemberThatIsWrong) {
  struct Case {
    std::string text;
    std::string want;
  };
  const std::string get = R"({"request":{"method":"GET","target":"/"})";
  const std::vector<Case> cases{
      {"7", "want an object"},
      {"{}", "request/method: missing"},
      {R"({"request":7})", "request: want an object"},
      {R"({"request":{"target":"/"}})", "request/method: missing"},
      {R"({"request":{"method":"GET"}})", "request/target: missing"},
      {R"({"request":{"method":7,"target":"/"}})", "request/method: want a string"},
      {R"({"request":{"method":"GET","target":"/","status":200}})",
       "request/status: unknown member"},
      {R"({"request":{"method":"GET","target":"/","headers":[]}})",
       "request/headers: want an object"},
      {R"({"request":{"method":"GET","target":"/","headers":{"a":7}}})",
       "request/headers/a: want a string or an array of them"},
      {R"({"request":{"method":"GET","target":"/","headers":{"a":["b",7]}}})",
       "request/headers/a: want a string or an array of them"},
      {R"({"request":{"method":"GET","target":"/","body":"","json":1}})",
       "request/json: want one of body, base64 and json"},
      {R"({"request":{"method":"GET","target":"/","body":{}}})", "request/body: want a string"},
      {R"({"request":{"method":"GET","target":"/","method":"PUT"}})",
       "\"method\": stands in its object twice"},
      {get + R"(,"respnse":{"status":200}})", "respnse: unknown member"},
      {get + R"(,"response":{}})", "response/status: missing"},
      {get + R"(,"response":{"status":99}})", "response/status: want an integer from 100 to 999"},
      {get + R"(,"response":{"status":"200"}})",
       "response/status: want an integer from 100 to 999"},
      {get + R"(,"response":{"status":200,"target":"/"}})", "response/target: unknown member"},
      {get + R"(,"response":{"status":200,"base64":"*"}})", "response/base64: is not base64"},
      {get + R"(,"t_ms":-1})", "t_ms: want an integer of at least 0"},
      {get + R"(,"t_ms":9300000000000})", "t_ms: want an integer of at least 0"},
      {get + R"(,"name":7})", "name: want a string"},
  };
  ExchangeLineDecoder decoder;
  ExchangeLine line;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);

    const Status status = decoder.decode(c.text, line);

    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::ParseFailed);
    EXPECT_EQ(status.error().message, c.want);
  }
}

TEST(ExchangeLine, SaysWhereALineIsNoJson) {
  ExchangeLineDecoder decoder;
  ExchangeLine line;

  const Status status = decoder.decode(R"({"request":)", line);

  ASSERT_FALSE(status.has_value());
  EXPECT_NE(status.error().message.find("at byte 11"), std::string::npos) << status.error().message;
}

}  // namespace
}  // namespace faultline::record
