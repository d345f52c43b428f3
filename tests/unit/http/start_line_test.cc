// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/start_line.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::http {
namespace {

TEST(RequestLine, EveryStandardMethodIsKnownAndOthersAreNot) {
  for (const char* method :
       {"ACL",       "BIND",   "CHECKOUT", "COPY",   "DELETE",     "GET",        "HEAD",
        "LINK",      "LOCK",   "M-SEARCH", "MERGE",  "MKACTIVITY", "MKCALENDAR", "MKCOL",
        "MOVE",      "NOTIFY", "OPTIONS",  "PATCH",  "POST",       "PROPFIND",   "PROPPATCH",
        "PURGE",     "PUT",    "QUERY",    "REBIND", "REPORT",     "SEARCH",     "SOURCE",
        "SUBSCRIBE", "TRACE",  "UNBIND",   "UNLINK", "UNLOCK",     "UNSUBSCRIBE"}) {
    RequestLine parsed;
    const std::string line = std::string(method) + " / HTTP/1.1\r\n";
    EXPECT_FALSE(parse_request_line(line, parsed).has_value()) << method;
    EXPECT_EQ(parsed.method, method);
  }
  for (const char* method : {"FOO", "get", "Get", "PLAY", "ANNOUNCE", "GETS", "GE"}) {
    RequestLine parsed;
    const auto refusal = parse_request_line(std::string(method) + " / HTTP/1.1\r\n", parsed);
    ASSERT_TRUE(refusal.has_value()) << method;
    EXPECT_EQ(refusal->status, 501) << method;
  }
}

TEST(RequestLine, PartsBorrowFromTheLine) {
  RequestLine parsed;
  ASSERT_FALSE(parse_request_line("CONNECT [::1]:443 HTTP/1.0\r\n", parsed).has_value());

  EXPECT_EQ(parsed.method, "CONNECT");
  EXPECT_EQ(parsed.target, "[::1]:443");
  EXPECT_EQ(parsed.version, Version::Http10);
  EXPECT_TRUE(parsed.is_connect);
}

TEST(RequestLine, ShortAndBrokenLinesAreMalformed) {
  for (const char* line :
       {"", "\n", "\r\n", " \r\n", "GET\r\n", "GET \r\n", "GET  \r\n", "GET /\n", "GET / \r\n",
        " / HTTP/1.1\r\n", "GET /  HTTP/1.1\r\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1",
        "G T / HTTP/1.1\r\n", "GET / HTTP/11\r\n", "GET / HTTP/1,1\r\n", "GET / HTTP/x.1\r\n"}) {
    RequestLine parsed;
    const auto refusal = parse_request_line(line, parsed);
    ASSERT_TRUE(refusal.has_value()) << line;
    EXPECT_EQ(refusal->status, 400) << line;
    EXPECT_EQ(refusal->reason, "invalid_request_line") << line;
  }
}

TEST(StatusLine, PartsAreParsed) {
  StatusLine parsed;
  ASSERT_FALSE(parse_status_line("HTTP/1.0 404 Not Found\r\n", parsed).has_value());

  EXPECT_EQ(parsed.version, Version::Http10);
  EXPECT_EQ(parsed.status, 404);
  EXPECT_EQ(parsed.reason, "Not Found");
}

TEST(Host, TakesAHostAndAPortAndNothingElse) {
  for (const char* host : {"a", "a.test", "A.TEST:80", "a.test:", "127.0.0.1:8080", "[::1]",
                           "[::1]:443", "[v1.x:y]", "a_b.test", "%41.test", "xn--a:65535"}) {
    EXPECT_TRUE(is_valid_host(host)) << host;
  }
  for (const char* host :
       {"",       ":80",     "a b",     "a,b",      "u@a",     "a/b", "a?b",
        "a#b",    "a:b",     "a:80:80", "a:123456", "a:65536", "[]",  "[::1",
        "[::1]x", "[::1]:x", "::1",     "a\\b",     "a\"b",    "<a>", "\xC3\xA4"}) {
    EXPECT_FALSE(is_valid_host(host)) << host;
  }
}

TEST(ControlByte, IsFoundInALineThatHasNotEnded) {
  EXPECT_FALSE(has_control_byte("GET /\tx\r"));
  EXPECT_FALSE(has_control_byte(""));
  EXPECT_TRUE(has_control_byte("GET\x01"));
  EXPECT_TRUE(has_control_byte(std::string_view("\0", 1)));
  EXPECT_TRUE(has_control_byte("\x7F"));
}

}  // namespace
}  // namespace faultline::http
