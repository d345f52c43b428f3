// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::http {
namespace {

using testing::slice_of;

TEST(H1Writer, AnUneditedHeadIsItsRawSliceWithoutACopy) {
  buffer::BlockPool pool;
  RequestHead head;
  head.raw = slice_of(pool, "GET / HTTP/1.1\r\nhost:x\r\n\r\n");

  const buffer::Slice written = write_request_head(pool, head);

  EXPECT_EQ(written.data(), head.raw.data());
  EXPECT_EQ(written.size(), head.raw.size());
}

TEST(H1Writer, AnEditedHeadIsSerialisedFromItsParts) {
  buffer::BlockPool pool;
  RequestHead request;
  request.raw = slice_of(pool, "GET / HTTP/1.1\r\nhost:x\r\n\r\n");
  request.method = "PUT";
  request.target = "/a?b";
  request.version = Version::Http10;
  request.fields.append("Host", "x");
  request.fields.append("Empty", "");
  request.edit();
  ResponseHead response;
  response.status = 299;
  response.reason = "Odd";
  response.fields.append("A", "b");

  EXPECT_EQ(write_request_head(pool, request).view(),
            "PUT /a?b HTTP/1.0\r\nHost: x\r\nEmpty: \r\n\r\n");
  EXPECT_EQ(write_response_head(pool, response).view(), "HTTP/1.1 299 Odd\r\nA: b\r\n\r\n");
}

TEST(H1Writer, WritesHeadsLongerThanItsLocalBuffer) {
  buffer::BlockPool pool;
  const std::string value(70000, 'v');
  ResponseHead head;
  head.status = 200;
  head.reason = "OK";
  head.fields.append("Long", value);

  EXPECT_EQ(write_response_head(pool, head).view(),
            "HTTP/1.1 200 OK\r\nLong: " + value + "\r\n\r\n");
}

TEST(H1Writer, ChunksAreSizedInHexAndEmptyOnesAreNotWritten) {
  buffer::BlockPool pool;
  buffer::Chain out;
  buffer::Chain payload;
  payload.append(slice_of(pool, "0123456789abcdef"));
  payload.append(slice_of(pool, "-tail"));

  write_chunk(pool, out, std::move(payload));
  write_chunk(pool, out, buffer::Chain());

  EXPECT_EQ(out.to_string(), "15\r\n0123456789abcdef-tail\r\n");
}

TEST(H1Writer, TheLastChunkCarriesTheTrailers) {
  buffer::BlockPool pool;
  Fields trailers;
  EXPECT_EQ(write_last_chunk(pool, trailers).view(), "0\r\n\r\n");

  trailers.append("Sum", "1");
  EXPECT_EQ(write_last_chunk(pool, trailers).view(), "0\r\nSum: 1\r\n\r\n");
}

TEST(H1Writer, LocalRepliesAreComplete) {
  struct Case {
    std::string name;
    LocalReply reply;
    bool is_head_request;
    std::string want;
  };
  const Case cases[] = {
      {"plain",
       {.status = 503, .fields = {}, .body = "down\n", .close = false},
       false,
       "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\ndown\n"},
      {"close and fields",
       {.status = 400, .fields = {{"Content-Type", "text/plain"}}, .body = "no", .close = true},
       false,
       "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nConnection: close\r\n"
       "Content-Type: text/plain\r\n\r\nno"},
      {"HEAD keeps the length and has no body",
       {.status = 200, .fields = {}, .body = "hello", .close = false},
       true,
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
      {"204 has neither length nor body",
       {.status = 204, .fields = {}, .body = "hello", .close = false},
       false,
       "HTTP/1.1 204 No Content\r\n\r\n"},
      {"304 has no body",
       {.status = 304, .fields = {{"ETag", "\"a\""}}, .body = "hello", .close = false},
       false,
       "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"},
      {"framing fields of the caller are ours to write",
       {.status = 200,
        .fields = {{"content-length", "9"}, {"Transfer-Encoding", "chunked"}, {"connection", "x"}},
        .body = "",
        .close = false},
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {"a value cannot split the response",
       {.status = 200, .fields = {{"A", "b\r\n\r\nHTTP/1.1 200 OK"}}, .body = "", .close = false},
       false,
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: b    HTTP/1.1 200 OK\r\n\r\n"},
      {"an unknown status has a phrase",
       {.status = 299, .fields = {}, .body = "", .close = false},
       false,
       "HTTP/1.1 299 Unknown\r\nContent-Length: 0\r\n\r\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    buffer::BlockPool pool;
    EXPECT_EQ(write_local_reply(pool, c.reply, c.is_head_request).view(), c.want);
  }
}

TEST(H1Writer, NothingStaysInUseOnceTheSlicesAreGone) {
  buffer::BlockPool pool;
  size_t before = 0;
  {
    Fields trailers;
    trailers.append("Sum", std::string(5000, 'x'));
    const buffer::Slice kept = write_last_chunk(pool, trailers);
    before = pool.blocks_in_use();
  }
  EXPECT_EQ(pool.blocks_in_use() + 1, before);
}

TEST(ReasonPhrase, KnowsTheRegistryAndNothingElse) {
  EXPECT_EQ(reason_phrase(100), "Continue");
  EXPECT_EQ(reason_phrase(418), "Unknown");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(511), "Network Authentication Required");
  EXPECT_EQ(reason_phrase(0), "Unknown");
  EXPECT_EQ(reason_phrase(999), "Unknown");
}

}  // namespace
}  // namespace faultline::http
