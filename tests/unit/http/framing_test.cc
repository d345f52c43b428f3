// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/framing.h"

#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::http {
namespace {

constexpr FramingFields kNothing{};
constexpr FramingFields kLength{.content_length = 5};
constexpr FramingFields kChunked{.content_length = std::nullopt, .is_chunked = true};

TEST(Framing, RequestsHaveABodyOnlyWhenAFieldSaysSo) {
  EXPECT_EQ(request_framing(kNothing).kind, BodyFraming::None);
  EXPECT_EQ(request_framing(kChunked).kind, BodyFraming::Chunked);
  EXPECT_EQ(request_framing(kLength).kind, BodyFraming::Length);
  EXPECT_EQ(request_framing(kLength).length, 5U);
}

TEST(Framing, ResponsesFollowStatusAndMethodBeforeTheFields) {
  struct Case {
    int status;
    bool is_head;
    FramingFields fields;
    BodyFraming want;
  };
  const Case cases[] = {
      {200, false, kNothing, BodyFraming::UntilClose},
      {200, false, kLength, BodyFraming::Length},
      {200, false, kChunked, BodyFraming::Chunked},
      {200, true, kNothing, BodyFraming::None},
      {200, true, kLength, BodyFraming::None},
      {200, true, kChunked, BodyFraming::None},
      {100, false, kLength, BodyFraming::None},
      {101, false, kNothing, BodyFraming::None},
      {199, false, kChunked, BodyFraming::None},
      {204, false, kLength, BodyFraming::None},
      {304, false, kLength, BodyFraming::None},
      {304, false, kNothing, BodyFraming::None},
      {205, false, kLength, BodyFraming::Length},
      {500, false, kNothing, BodyFraming::UntilClose},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::to_string(c.status) + (c.is_head ? " HEAD" : ""));
    EXPECT_EQ(response_framing(c.fields, c.status, c.is_head).kind, c.want);
  }
}

TEST(Framing, OnlyInterimAnd204ForbidTheFieldsThemselves) {
  EXPECT_TRUE(status_forbids_framing_fields(100));
  EXPECT_TRUE(status_forbids_framing_fields(204));
  EXPECT_FALSE(status_forbids_framing_fields(304));
  EXPECT_FALSE(status_forbids_framing_fields(200));
  EXPECT_TRUE(status_forbids_body(304));
  EXPECT_FALSE(status_forbids_body(200));
}

TEST(Framing, ReframingKeepsFieldsFramingAndEditMarkTogether) {
  buffer::BlockPool pool;
  ResponseHead head;
  head.status = 200;
  head.reason = "OK";
  head.fields.append("transfer-encoding", "chunked");
  head.fields.append("X", "y");
  head.framing = BodyFraming::Chunked;

  frame_as_length(head, 12);
  EXPECT_EQ(write_response_head(pool, head).view(),
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(testing::framing_text(head), "length:12");
  frame_as_length(head, 3);
  EXPECT_EQ(write_response_head(pool, head).view(),
            "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\n");
  frame_as_chunked(head);
  EXPECT_EQ(write_response_head(pool, head).view(),
            "HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(testing::framing_text(head), "chunked");
  frame_as_empty(head);
  EXPECT_EQ(write_response_head(pool, head).view(), "HTTP/1.1 200 OK\r\nX: y\r\n\r\n");
  EXPECT_EQ(testing::framing_text(head), "none");
  EXPECT_TRUE(head.is_edited);
}

}  // namespace
}  // namespace faultline::http
