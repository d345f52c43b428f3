// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/recording_origin.h"
#include "tests/fakes/socket_queue.h"
#include "tests/fakes/wire_message.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace faultline::fakes {
namespace {

using End = ReadResult::End;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kPost = "POST / HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\nhello";
constexpr std::string_view kChunked =
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    "a;x=y\r\n0123456789\r\n2\r\n\r\n\r\n0\r\nSum: 1\r\n\r\n";

TEST(WireMessage, EndsWhereItsFramingSays) {
  for (const auto message : {kGet, kPost, kChunked}) {
    SCOPED_TRACE(message);
    EXPECT_EQ(request_length(message), message.size());
    EXPECT_EQ(request_length(std::string(message) + "GET"), message.size());
    for (size_t cut = 0; cut < message.size(); ++cut) {
      EXPECT_EQ(request_length(message.substr(0, cut)), kIncomplete) << cut;
    }
  }
  EXPECT_EQ(request_content(kGet), "");
  EXPECT_EQ(request_content(kPost), "hello");
  EXPECT_EQ(request_content(kChunked), "0123456789\r\n");
}

TEST(WireMessage, OfAResponseDependsOnStatusAndRequest) {
  const std::string length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n";

  EXPECT_EQ(response_length(length), kIncomplete);
  EXPECT_EQ(response_length(length, true), length.size());
  EXPECT_EQ(response_length(length + "hello!"), length.size() + 5);
  EXPECT_EQ(response_length(interim), kIncomplete);
  EXPECT_EQ(response_length(interim + length + "hello"), interim.size() + length.size() + 5);
  EXPECT_EQ(response_length("HTTP/1.1 204 No Content\r\n\r\n"), 27U);
  EXPECT_EQ(response_length("HTTP/1.1 200 OK\r\n\r\nuntil close"), kIncomplete);
}

TEST(RecordingOrigin, KeepsWholeRequestsApartFromFragments) {
  RecordingOrigin origin;
  auto whole = RawSocket::connect(origin.address());
  auto cut = RawSocket::connect(origin.address());

  ASSERT_TRUE(whole.send(std::string(kPost) + std::string(kGet)));
  EXPECT_EQ(whole.read_until("\r\n\r\n").bytes.substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(whole.read_until("\r\n\r\n").bytes.substr(0, 12), "HTTP/1.1 200");
  ASSERT_TRUE(cut.send(kPost.substr(0, 40)));
  cut.close();
  const auto seen = origin.settle();

  EXPECT_TRUE(seen.is_settled);
  EXPECT_EQ(seen.messages, (std::vector<std::string>{std::string(kPost), std::string(kGet)}));
  EXPECT_EQ(seen.fragments, kPost.substr(0, 40));
  EXPECT_TRUE(origin.settle().messages.empty());
}

TEST(RecordingOrigin, WaitsForTheEndOfAConnectionThatStoppedInsideARequest) {
  RecordingOrigin origin;
  auto client = RawSocket::connect(origin.address());
  ASSERT_TRUE(client.send(kPost.substr(0, 40)));

  RecordingOrigin::Seen seen;
  std::thread settling([&] { seen = origin.settle(); });
  ASSERT_TRUE(client.send(kPost.substr(40)));
  settling.join();

  EXPECT_TRUE(seen.is_settled);
  EXPECT_EQ(seen.fragments, "");
}

TEST(PeerQueue, KnowsWhatTheOtherEndHasRead) {
  RawListener listener;
  auto client = RawSocket::connect(listener.address());
  auto server = listener.accept();
  PeerQueue queue;
  EXPECT_TRUE(queue.wait_until_read(client)) << "nothing was sent";

  ASSERT_TRUE(client.send("abc"));
  std::thread reading([&] { EXPECT_EQ(server.read(3).bytes, "abc"); });
  EXPECT_TRUE(queue.wait_until_read(client));
  reading.join();

  server.reset();
  EXPECT_TRUE(queue.wait_until_read(client)) << "the other end is gone";
}

TEST(PeerQueue, SendsEachPieceAsAReadOfItsOwn) {
  RawListener listener;
  auto client = RawSocket::connect(listener.address());
  auto server = listener.accept();
  PeerQueue queue;

  std::thread sending([&] { EXPECT_TRUE(queue.send_in_pieces(client, "abcdef", {1, 3})); });
  // More is asked for than ever lies there: a read that got two pieces would be longer.
  EXPECT_EQ(server.read_some(100), "a");
  EXPECT_EQ(server.read_some(100), "bc");
  EXPECT_EQ(server.read_some(100), "def");
  sending.join();
}

}  // namespace
}  // namespace faultline::fakes
