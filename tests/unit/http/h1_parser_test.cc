// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::http {
namespace {

using testing::EventLog;
using testing::Outcome;
using testing::parse_requests;
using testing::parse_response;
using testing::slice_of;

const std::string kGet = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";

// Keeps what it gets, as a session does.
template <typename HeadType>
struct Keeper final : MessageEvents<HeadType> {
  void on_head(HeadType&& head) override { heads.push_back(std::move(head)); }
  void on_body(BodyPart part) override {
    ++parts;
    body.append(std::move(part.bytes));
  }
  void on_message_end(const Fields& /*trailers*/) override { ++ends; }

  std::vector<HeadType> heads;
  buffer::Chain body;
  int parts = 0;
  int ends = 0;
};

TEST(H1RequestParser, AHeadInOneSliceIsNotCopied) {
  buffer::BlockPool pool;
  Keeper<RequestHead> kept;
  H1RequestParser parser(pool, kept);
  const buffer::Slice input = slice_of(pool, "\r\n" + kGet);

  EXPECT_EQ(parser.feed(input), FeedState::MessageEnd);

  ASSERT_EQ(kept.heads.size(), 1U);
  const RequestHead& head = kept.heads.front();
  EXPECT_EQ(head.raw.data(), input.data() + 2);
  EXPECT_EQ(head.raw.view(), kGet);
  EXPECT_EQ(head.target.data(), input.data() + 6);
  EXPECT_EQ(head.fields.all().front().value, "a.test");
  EXPECT_GE(head.fields.all().front().value.data(), input.data());
  EXPECT_LT(head.fields.all().front().value.data(), input.data() + input.size());
}

TEST(H1RequestParser, AHeadInPiecesIsOneContiguousCopy) {
  buffer::BlockPool pool;
  Keeper<RequestHead> kept;
  H1RequestParser parser(pool, kept);

  EXPECT_EQ(parser.feed(slice_of(pool, kGet.substr(0, 20))), FeedState::NeedMore);
  EXPECT_EQ(pool.blocks_in_use(), 0U) << "an unfinished head pins no block of the reader";
  EXPECT_EQ(parser.feed(slice_of(pool, kGet.substr(20))), FeedState::MessageEnd);

  ASSERT_EQ(kept.heads.size(), 1U);
  EXPECT_EQ(kept.heads.front().raw.view(), kGet);
  EXPECT_EQ(kept.heads.front().fields.find("host")->value, "a.test");
}

TEST(H1RequestParser, AChunkedBodyIsForwardedAsOneSlice) {
  buffer::BlockPool pool;
  Keeper<RequestHead> kept;
  H1RequestParser parser(pool, kept);
  const std::string body =
      "5\r\nhello\r\n1F\r\n" + std::string(31, 'x') + "\r\n0\r\nSum: 1\r\n\r\n";
  const buffer::Slice input =
      slice_of(pool, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);

  EXPECT_EQ(parser.feed(input), FeedState::MessageEnd);

  EXPECT_EQ(kept.body.slice_count(), 1U);
  EXPECT_EQ(kept.body.to_string(), body);
  EXPECT_EQ(kept.body.slices().front().data(), input.data() + input.size() - body.size());
}

TEST(H1RequestParser, TheLogSaysWhatTheHeadMeans) {
  struct Case {
    std::string bytes;
    std::string log;
  };
  const Case cases[] = {
      {kGet, "request GET /a 1.1 none keep-alive\n  Host=a.test\nend\n"},
      {"GET / HTTP/1.0\r\n\r\n", "request GET / 1.0 none\nend\n"},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
       "request GET / 1.0 none keep-alive\n  Connection=Keep-Alive\nend\n"},
      {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
       "request GET / 1.0 none\n  Connection=keep-alive, close\nend\n"},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x,close\t\r\n\r\n",
       "request GET / 1.1 none\n  Host=a\n  Connection=x,close\nend\n"},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: CLOSE\r\n\r\n",
       "request GET / 1.1 none\n  Host=a\n  Connection=x\n  Connection=CLOSE\nend\n"},
      {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
       "request POST / expects-continue 1.1 length:2 keep-alive\n  Host=a\n"
       "  Expect=100-continue\n  Content-Length=2\npayload ab\nend\n"},
      {"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
       "request POST / 1.0 length:0\n  Expect=100-continue\n  Content-Length=0\nend\n"},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c, x\r\n\r\n",
       "request GET / 1.1 none keep-alive upgrade\n  Host=a\n  Connection=upgrade\n"
       "  Upgrade=h2c, x\nend\n"},
      {"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n",
       "request GET / 1.1 none keep-alive\n  Host=a\n  Upgrade=x\nend\n"},
      {"GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
       "request GET / 1.0 none\n  Connection=upgrade\n  Upgrade=x\nend\n"},
      {"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: tcp\r\n"
       "Content-Length: 0\r\n\r\n",
       "request POST / 1.1 length:0 keep-alive upgrade\n  Host=a\n  Connection=upgrade\n"
       "  Upgrade=tcp\n  Content-Length=0\nend\n"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
       "3;x\r\nabc\r\n00\r\nHost: b\r\nSum: 1 \r\n\r\n",
       "request POST / 1.1 chunked keep-alive\n  Host=a\n  Transfer-Encoding=Chunked\n"
       "framing 3\r\n\npayload abc\nframing \r\n0\r\nSum: 1\r\n\r\n\nend\n  Sum=1\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.bytes);
    EXPECT_EQ(parse_requests(c.bytes).log, c.log);
  }
}

TEST(H1RequestParser, StopsBehindEachMessageAndKeepsTheRest) {
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);

  EXPECT_EQ(parser.feed(slice_of(pool, kGet + kGet.substr(0, 10))), FeedState::MessageEnd);
  EXPECT_TRUE(parser.has_rest());
  EXPECT_FALSE(parser.is_mid_message());
  EXPECT_EQ(parser.feed(slice_of(pool, kGet.substr(10) + "GE")), FeedState::MessageEnd);
  EXPECT_EQ(events.messages(), 1) << "nothing is parsed before resume()";

  EXPECT_EQ(parser.resume(), FeedState::MessageEnd);
  EXPECT_EQ(events.messages(), 2);
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  EXPECT_TRUE(parser.is_mid_message());
  EXPECT_FALSE(parser.has_rest());
  EXPECT_FALSE(parser.finish());
}

TEST(H1RequestParser, TrailersBelongToTheirOwnMessageAndPinNothingBehindIt) {
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSum: 1\r\n\r\n";
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);

  EXPECT_EQ(parser.feed(slice_of(pool, chunked)), FeedState::MessageEnd);
  EXPECT_EQ(pool.blocks_in_use(), 0U);
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  const size_t first_size = events.log().size();
  EXPECT_EQ(parser.feed(slice_of(pool, kGet)), FeedState::MessageEnd);

  EXPECT_EQ(events.log().substr(first_size),
            "request GET /a 1.1 none keep-alive\n  Host=a.test\nend\n");
}

TEST(H1RequestParser, AnUpgradeLeavesTheTunnelBytesOrResumesHttp) {
  const std::string upgrade =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  buffer::BlockPool pool;
  EventLog<RequestHead> tunnel_events(pool);
  H1RequestParser tunnel(pool, tunnel_events);
  EventLog<RequestHead> refused_events(pool);
  H1RequestParser refused(pool, refused_events);

  EXPECT_EQ(tunnel.feed(slice_of(pool, upgrade + "\x81\x05")), FeedState::Upgraded);
  EXPECT_EQ(tunnel.feed(slice_of(pool, "hello")), FeedState::Upgraded);
  EXPECT_EQ(tunnel.take_rest().to_string(), "\x81\x05hello");
  EXPECT_TRUE(tunnel.finish());

  EXPECT_EQ(refused.feed(slice_of(pool, upgrade + kGet)), FeedState::Upgraded);
  EXPECT_EQ(refused.resume(), FeedState::MessageEnd);
  EXPECT_EQ(refused_events.messages(), 2);
}

TEST(H1RequestParser, BytesBehindAClosingRequestAreDropped) {
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);
  const std::string last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  EXPECT_EQ(parser.feed(slice_of(pool, last + kGet)), FeedState::MessageEnd);
  EXPECT_EQ(parser.feed(slice_of(pool, "garbage\r\n")), FeedState::MessageEnd);
  EXPECT_FALSE(parser.has_rest());
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  EXPECT_EQ(parser.feed(slice_of(pool, kGet)), FeedState::NeedMore);
  EXPECT_EQ(events.messages(), 1);
  EXPECT_TRUE(parser.finish());
}

TEST(H1RequestParser, BytesBehindAClosingRequestThatWasPipelinedAreDroppedToo) {
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);

  EXPECT_EQ(parser.feed(slice_of(pool, kGet + "GET / HTTP/1.0\r\n\r\n" + kGet)),
            FeedState::MessageEnd);
  EXPECT_EQ(parser.resume(), FeedState::MessageEnd);

  EXPECT_FALSE(parser.has_rest());
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  EXPECT_EQ(events.messages(), 2);
}

TEST(H1RequestParser, IsMidMessageBetweenTheFirstByteAndTheEnd) {
  const std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);

  EXPECT_FALSE(parser.is_mid_message());
  EXPECT_EQ(parser.feed(slice_of(pool, "\r\n")), FeedState::NeedMore);
  EXPECT_FALSE(parser.is_mid_message()) << "a leading line end is no message";
  for (size_t i = 0; i < bytes.size(); ++i) {
    parser.feed(slice_of(pool, bytes.substr(i, 1)));
    EXPECT_EQ(parser.is_mid_message(), i + 1 < bytes.size()) << i;
  }
}

TEST(H1RequestParser, FinTellsACutMessageFromAnIdleConnection) {
  const std::string whole =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\nA: b\r\n\r\n";
  for (size_t size = 0; size <= whole.size(); ++size) {
    const Outcome outcome = parse_requests(whole.substr(0, size));
    EXPECT_EQ(outcome.finished_in_order, size == 0 || size == whole.size()) << size;
  }
}

TEST(H1RequestParser, ARejectionIsFinal) {
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);

  EXPECT_EQ(parser.feed(slice_of(pool, "FOO / HTTP/1.1\r\n")), FeedState::Rejected);
  EXPECT_EQ(parser.feed(slice_of(pool, kGet)), FeedState::Rejected);
  EXPECT_EQ(parser.resume(), FeedState::Rejected);
  EXPECT_FALSE(parser.finish());
  EXPECT_FALSE(parser.has_rest());
  EXPECT_EQ(parser.rejection().status, 501);
  EXPECT_EQ(events.log(), "");
}

TEST(H1RequestParser, AnErrorInALaterReadRejectsAMessageThatHasBegun) {
  buffer::BlockPool pool;
  EventLog<RequestHead> events(pool);
  H1RequestParser parser(pool, events);
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

  EXPECT_EQ(parser.feed(slice_of(pool, head + "3\r\nab")), FeedState::NeedMore);
  EXPECT_EQ(events.heads(), 1);
  EXPECT_EQ(parser.feed(slice_of(pool, "c\r\n3\r\ndef\r\n+0\r\n")), FeedState::Rejected);

  EXPECT_EQ(events.wire(), head + "3\r\nab") << "nothing of the read with the error is delivered";
  EXPECT_EQ(events.messages(), 0);
  EXPECT_EQ(parser.rejection().reason, "invalid_chunk_size");
}

TEST(H1RequestParser, LimitsAreExact) {
  struct Case {
    std::string name;
    std::string bytes;
    int status;
  };
  const auto padded = [](size_t head_bytes) {
    const std::string before = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return before + std::string(head_bytes - before.size() - 4, 'v') + "\r\n\r\n";
  };
  const auto lined = [](size_t line_bytes) {
    const std::string after = " HTTP/1.1\r\n";
    return "GET /" + std::string(line_bytes - after.size() - 5, 'a') + after;
  };
  const auto fields = [](size_t count) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (size_t i = 1; i < count; ++i) text += "X: v\r\n";
    return text + "\r\n";
  };
  const auto extended = [](size_t extension_bytes) {
    // Two extensions: the limit counts the message, not the chunk.
    const std::string half(extension_bytes / 2 - 1, 'e');
    return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + half +
           "\r\nx\r\n0;" + half + std::string(extension_bytes % 2, 'e') + "\r\n\r\n";
  };
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const Case cases[] = {
      {"head", padded(limits::kHeadBytes), 0},
      {"head+1", padded(limits::kHeadBytes + 1), 431},
      {"fields", fields(limits::kHeadFields), 0},
      {"fields+1", fields(limits::kHeadFields + 1), 431},
      {"line, no room for fields", lined(limits::kHeadBytes) + "\r\n", 431},
      {"line+1", lined(limits::kHeadBytes + 1) + "\r\n", 414},
      {"extensions", extended(limits::kChunkExtensionBytes), 0},
      {"extensions+1", extended(limits::kChunkExtensionBytes + 1), 400},
      {"digits", chunked + "0000000000000001\r\nx\r\n0000000000000000\r\n\r\n", 0},
      {"digits+1", chunked + "00000000000000001\r\nx\r\n0\r\n\r\n", 400},
      {"length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n", 0},
      {"chunk", chunked + "7fffffffffffffff\r\n", 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(parse_requests(c.bytes).status, c.status);
    EXPECT_EQ(parse_requests(c.bytes, testing::every_byte(c.bytes.size())).status, c.status);
  }
}

TEST(H1RequestParser, AnswersTwentyThousandPipelinedRequestsInOrder) {
  constexpr int kRequests = 20000;
  std::string bytes;
  for (int i = 0; i < kRequests; ++i) {
    bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  buffer::BlockPool pool;
  Keeper<RequestHead> kept;
  H1RequestParser parser(pool, kept);

  FeedState state = parser.feed(slice_of(pool, bytes));
  while (state == FeedState::MessageEnd) state = parser.resume();

  EXPECT_EQ(state, FeedState::NeedMore);
  ASSERT_EQ(kept.ends, kRequests);
  EXPECT_EQ(kept.heads.front().target, "/0");
  EXPECT_EQ(kept.heads.back().target, "/19999");
  EXPECT_EQ(pool.blocks_in_use(), 1U) << "all heads are cut from the one block that was read";
}

TEST(H1RequestParser, OneByteChunksCostAFixedNumberOfPartsEach) {
  constexpr int kChunks = 50000;
  std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const size_t head_size = bytes.size();
  for (int i = 0; i < kChunks; ++i) bytes += "1\r\nx\r\n";
  bytes += "0\r\n\r\n";
  buffer::BlockPool pool;
  Keeper<RequestHead> kept;
  H1RequestParser parser(pool, kept);

  EXPECT_EQ(parser.feed(slice_of(pool, bytes)), FeedState::MessageEnd);

  EXPECT_LE(kept.parts, 2 * kChunks + 4);
  EXPECT_EQ(kept.body.slice_count(), 1U);
  EXPECT_EQ(kept.body.size(), bytes.size() - head_size);
}

TEST(H1ResponseParser, TheLogSaysWhatTheHeadMeans) {
  struct Case {
    std::string bytes;
    std::string log;
  };
  const Case cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
       "response 200 (OK) 1.1 length:2 keep-alive\n  Content-Length=2\npayload ab\nend\n"},
      {"HTTP/1.1 200 OK\r\n\r\nab", "response 200 (OK) 1.1 until-close\npayload ab\nend\n"},
      {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n",
       "response 200 (OK) 1.0 until-close\n  Connection=keep-alive\nend\n"},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
       "response 304 (Not Modified) 1.1 none keep-alive\n  Content-Length=9\nend\n"},
      {"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n",
       "response 204 (No Content) 1.1 none keep-alive edited\nend\n"},
      {"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n",
       "response 103 (Early Hints) 1.1 none keep-alive\n  A=b\nend\n"
       "response 404 () 1.1 length:0 keep-alive\n  Content-Length=0\nend\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.bytes);
    EXPECT_EQ(parse_response(c.bytes).log, c.log);
  }
}

TEST(H1ResponseParser, InterimResponsesDoNotStopTheParser) {
  buffer::BlockPool pool;
  EventLog<ResponseHead> events(pool);
  H1ResponseParser parser(pool, events);
  std::string storm;
  for (int i = 0; i < 150; ++i) storm += "HTTP/1.1 102 Processing\r\n\r\n";

  EXPECT_EQ(parser.feed(slice_of(pool, storm)), FeedState::NeedMore);
  EXPECT_EQ(events.messages(), 150);
  EXPECT_FALSE(parser.is_mid_message());
  EXPECT_EQ(parser.feed(slice_of(pool, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
            FeedState::MessageEnd);
  EXPECT_EQ(events.messages(), 151);
}

TEST(H1ResponseParser, BytesBehindTheFinalResponseStayUnparsed) {
  buffer::BlockPool pool;
  EventLog<ResponseHead> events(pool);
  H1ResponseParser parser(pool, events);
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";

  EXPECT_EQ(parser.feed(slice_of(pool, answer + answer)), FeedState::MessageEnd);
  EXPECT_TRUE(parser.has_rest());
  EXPECT_EQ(events.messages(), 1);
  EXPECT_EQ(parser.take_rest().to_string(), answer);
  EXPECT_FALSE(parser.has_rest());
}

TEST(H1ResponseParser, EachExchangeHasItsOwnExpectation) {
  buffer::BlockPool pool;
  EventLog<ResponseHead> events(pool);
  H1ResponseParser parser(pool, events);
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

  parser.expect_response(true, false);
  EXPECT_EQ(parser.feed(slice_of(pool, head)), FeedState::MessageEnd);
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  parser.expect_response(false, false);
  EXPECT_EQ(parser.feed(slice_of(pool, head)), FeedState::NeedMore);
  EXPECT_EQ(parser.feed(slice_of(pool, "ab")), FeedState::MessageEnd);
  EXPECT_EQ(parser.resume(), FeedState::NeedMore);
  parser.expect_response(false, true);
  EXPECT_EQ(parser.feed(slice_of(pool, "HTTP/1.1 101 Switching Protocols\r\n\r\n..")),
            FeedState::Upgraded);
  EXPECT_EQ(parser.take_rest().to_string(), "..");
}

TEST(H1ResponseParser, FinEndsOnlyABodyThatWaitsForIt) {
  buffer::BlockPool pool;
  EventLog<ResponseHead> events(pool);
  H1ResponseParser parser(pool, events);

  EXPECT_EQ(parser.feed(slice_of(pool, "HTTP/1.1 200 OK\r\n\r\nab")), FeedState::NeedMore);
  EXPECT_TRUE(parser.is_mid_message());
  EXPECT_EQ(events.messages(), 0);
  EXPECT_TRUE(parser.finish());
  EXPECT_EQ(events.messages(), 1);
  EXPECT_FALSE(parser.is_mid_message());
}

TEST(H1ResponseParser, CountsTheFieldsItRemoves) {
  buffer::BlockPool pool;
  EventLog<ResponseHead> events(pool);
  H1ResponseParser parser(pool, events);

  parser.feed(slice_of(pool,
                       "HTTP/1.1 103 Early Hints\r\nContent-Length: 1\r\n\r\n"
                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "0\r\nHost: b\r\nTE: x\r\nSum: 1\r\n\r\n"));

  EXPECT_EQ(events.messages(), 2);
  EXPECT_EQ(parser.stripped_fields(), 3U);
}

}  // namespace
}  // namespace faultline::http
