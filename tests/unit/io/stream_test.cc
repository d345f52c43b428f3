// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/stream.h"

#include "proxy/base/limits.h"
#include "tests/fakes/raw_socket.h"
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

namespace faultline::io {
namespace {

using fakes::RawSocket;
using fakes::ReadResult;

// Receive buffer of a client that is to be slow: a few reads, but not so few that the kernel waits
// for its timers between them.
constexpr int kSmallBuffer = 64 * 1024;

void echo(Session& session) {
  session.recorder.data_hook = [&session](const buffer::Slice& bytes) {
    buffer::Chain chain;
    chain.append(bytes);
    session.stream->write(std::move(chain));
  };
}

TEST(TcpStream, EchoesWhatItReads) {
  LoopThread thread;
  Server server(thread, echo);
  RawSocket client = RawSocket::connect(server.address());

  for (const std::string text : {"a", "two", "three times three"}) {
    ASSERT_TRUE(client.send(text));
    EXPECT_EQ(client.read(text.size()).bytes, text);
  }

  Session& session = server.session(0);
  thread.on_loop([&] {
    EXPECT_EQ(session.stream->bytes_read(), 21U);
    EXPECT_EQ(session.stream->bytes_written(), 21U);
    EXPECT_EQ(session.stream->peer().host, "127.0.0.1");
    EXPECT_NE(session.stream->peer().port, server.address().port);
  });
}

TEST(TcpStream, EndsEachReadinessWithDataEnd) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address());
  ASSERT_TRUE(client.send("abc"));
  Session& session = server.session(0);

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("data_end"); }));
  ASSERT_TRUE(client.send(pattern(200000)));
  ASSERT_TRUE(thread.wait_until([&] { return session.stream->bytes_read() == 200003; }));
  client.shutdown_write();
  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("end"); }));

  thread.on_loop([&] {
    const auto& events = session.recorder.events;
    EXPECT_EQ(events[0], "data:3");
    EXPECT_EQ(events[1], "data_end");
    EXPECT_EQ(events.back(), "end");
    for (size_t i = 0; i + 1 < events.size(); ++i) {
      // An end stands behind data, and data is never followed by FIN without an end between.
      const bool is_data = events[i].starts_with("data:");
      EXPECT_TRUE(is_data || events[i - 1].starts_with("data:")) << i;
      EXPECT_FALSE(is_data && events[i + 1] == "end") << i;
    }
  });
}

TEST(TcpStream, KeepsTheHalfCloseOfThePeer) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address());

  ASSERT_TRUE(client.send("request"));
  client.shutdown_write();
  Session& session = server.session(0);
  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("end"); }));
  thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), "answer"));
    session.stream->shutdown();
  });
  const ReadResult answer = client.read_to_end();

  EXPECT_EQ(seen(thread, session).bytes, "request");
  EXPECT_EQ(answer.bytes, "answer");
  EXPECT_EQ(answer.end, ReadResult::End::Fin);
  EXPECT_EQ(seen(thread, session).closed, 0U);
}

TEST(TcpStream, KeepsItsOwnHalfClose) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);

  thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), "greeting"));
    session.stream->shutdown();
    session.stream->shutdown();
  });
  EXPECT_EQ(client.read_to_end().bytes, "greeting");
  ASSERT_TRUE(client.send("still heard"));

  EXPECT_TRUE(thread.wait_until([&] { return session.recorder.bytes == "still heard"; }));
}

TEST(TcpStream, SendsFinOnlyBehindTheQueue) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);
  const std::string text = pattern(8UL * 1024 * 1024);

  const size_t queued = thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), text));
    session.stream->shutdown();
    return session.stream->queued_bytes();
  });
  const ReadResult result = client.read_to_end();

  EXPECT_GT(queued, 0U);
  EXPECT_EQ(result.end, ReadResult::End::Fin);
  EXPECT_EQ(result.bytes.size(), text.size());
  EXPECT_TRUE(result.bytes == text);
}

TEST(TcpStream, SeesAResetAsReset) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address());
  ASSERT_TRUE(client.send("x"));
  Session& session = server.session(0);
  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.bytes == "x"; }));
  const HostPort peer = thread.on_loop([&] { return session.stream->peer(); });

  client.reset();

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.closed > 0; }));
  EXPECT_EQ(seen(thread, session).error->code, ErrorCode::Reset);
  EXPECT_EQ(seen(thread, session).error->source, ErrorSource::Downstream);
  EXPECT_EQ(seen(thread, session).error->message,
            "connection with " + format_host_port(peer) + " failed: connection reset by peer");
  EXPECT_EQ(seen(thread, session).closed, 1U);
  EXPECT_FALSE(seen(thread, session).has("end"));
}

TEST(TcpStream, EndsInTheWayItWasTold) {
  struct Case {
    std::string name;
    void (Stream::*end)();
    ReadResult::End want;
  };
  const std::array<Case, 2> cases{{
      {"close", &Stream::close, ReadResult::End::Fin},
      {"reset", &Stream::reset, ReadResult::End::Reset},
  }};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    LoopThread thread;
    Server server(thread);
    RawSocket client = RawSocket::connect(server.address());
    Session& session = server.session(0);

    const size_t closed_inside = thread.on_loop([&] {
      (*session.stream.*c.end)();
      session.stream->close();
      session.stream->reset();
      return session.recorder.closed;
    });

    EXPECT_EQ(closed_inside, 0U);
    EXPECT_EQ(client.read_to_end().end, c.want);
    EXPECT_TRUE(thread.wait_until([&] { return session.recorder.closed == 1; }));
    EXPECT_EQ(seen(thread, session).events, std::vector<std::string>{"closed"});
  }
}

TEST(TcpStream, ReportsAPeerThatIsGoneOnceAndNeverInsideACall) {
  LoopThread thread;
  Server server(thread, nullptr, false);
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);
  client.reset();

  const size_t closed_inside = thread.on_loop([&] {
    for (int i = 0; i < 3; ++i) {
      session.stream->write(chain_of(thread.loop(), "x"));
    }
    return session.recorder.closed;
  });

  EXPECT_EQ(closed_inside, 0U);
  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.closed > 0; }));
  thread.on_loop([&] { session.stream->close(); });
  EXPECT_EQ(seen(thread, session).closed, 1U);
  ASSERT_TRUE(seen(thread, session).error.has_value());
  EXPECT_EQ(seen(thread, session).error->code, ErrorCode::Reset);
}

// A server that refuses a large upload answers, then closes with our bytes unread: a reset. The
// answer came first and must not be lost to the error of our next write.
TEST(TcpStream, DeliversWhatCameBeforeAResetAlsoWhenAWriteFailsFirst) {
  LoopThread thread;
  Server server(thread, [](Session& session) { session.stream->pause(PauseReason::Throttle); });
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);
  thread.on_loop([&] { session.stream->write(chain_of(thread.loop(), "upload")); });
  ASSERT_TRUE(client.send("answer"));
  client.close();  // "upload" is unread

  thread.on_loop([&] {
    session.stream->resume(PauseReason::Throttle);
    session.stream->write(chain_of(thread.loop(), "more"));
    session.stream->write(chain_of(thread.loop(), "more"));
  });

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.closed > 0; }));
  EXPECT_EQ(seen(thread, session).bytes, "answer");
  ASSERT_TRUE(seen(thread, session).error.has_value());
  EXPECT_EQ(seen(thread, session).closed, 1U);
}

TEST(TcpStream, ReadsNothingWhileAnyReasonToPauseIsLeft) {
  LoopThread thread;
  Server server(thread, [](Session& session) {
    session.stream->pause(PauseReason::PeerFull);
    session.stream->pause(PauseReason::Throttle);
    session.stream->pause(PauseReason::Throttle);
  });
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);
  ASSERT_TRUE(client.send("waits"));

  thread.on_loop([&] { session.stream->resume(PauseReason::Throttle); });
  for (int i = 0; i < 5; ++i) {
    thread.on_loop([&] { EXPECT_TRUE(session.stream->is_paused()); });
  }
  EXPECT_EQ(seen(thread, session).bytes, "");
  thread.on_loop([&] { session.stream->resume(PauseReason::PeerFull); });

  EXPECT_TRUE(thread.wait_until([&] { return session.recorder.bytes == "waits"; }));
}

TEST(TcpStream, StopsInTheMiddleOfABurstWhenPausedInsideAnEvent) {
  LoopThread thread;
  Server server(thread, [](Session& session) {
    session.recorder.data_hook = [&session](const buffer::Slice&) {
      session.stream->pause(PauseReason::FilterHold);
    };
  });
  RawSocket client = RawSocket::connect(server.address());
  const std::string text = pattern(1UL * 1024 * 1024);
  std::thread sender([&] { EXPECT_TRUE(client.send(text)); });
  Session& session = server.session(0);

  size_t pauses = 0;
  while (pauses < 10000) {
    ++pauses;
    ASSERT_TRUE(thread.wait_until([&] { return session.stream->is_paused(); }));
    const size_t seen = thread.on_loop([&] { return session.recorder.bytes.size(); });
    // Several turns pass; nothing more may come.
    thread.on_loop([] {});
    ASSERT_EQ(thread.on_loop([&] { return session.recorder.bytes.size(); }), seen);
    if (seen == text.size()) break;
    thread.on_loop([&] { session.stream->resume(PauseReason::FilterHold); });
  }

  sender.join();
  EXPECT_TRUE(seen(thread, session).bytes == text);
  // One read, one end of data for each pause.
  thread.on_loop([&] { EXPECT_EQ(session.recorder.count("data_end"), pauses); });
}

TEST(TcpStream, SeesTheEndOfAPausedConnectionAfterResume) {
  LoopThread thread;
  Server server(thread, [](Session& session) { session.stream->pause(PauseReason::Pipeline); });
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);
  ASSERT_TRUE(client.send("last words"));
  client.shutdown_write();

  thread.on_loop([] {});
  thread.on_loop([&] { session.stream->resume(PauseReason::Pipeline); });

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("end"); }));
  EXPECT_EQ(seen(thread, session).bytes, "last words");
}

TEST(TcpStream, SaysWhenItsQueueIsHighAndWhenItIsLow) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);
  size_t queued_at_drained = SIZE_MAX;
  bool is_high_at_drained = true;
  const std::string text = pattern(8UL * 1024 * 1024);

  thread.on_loop([&] {
    session.recorder.drained_hook = [&] {
      queued_at_drained = session.stream->queued_bytes();
      is_high_at_drained = session.stream->is_above_high_watermark();
    };
    session.stream->write(chain_of(thread.loop(), "fits"));
    EXPECT_FALSE(session.stream->is_above_high_watermark());
    session.stream->write(chain_of(thread.loop(), text));
    EXPECT_TRUE(session.stream->is_above_high_watermark());
    EXPECT_FALSE(session.recorder.has("drained"));
  });
  EXPECT_EQ(client.read(4 + text.size()).bytes.size(), 4 + text.size());

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("drained"); }));
  EXPECT_EQ(seen(thread, session).count("drained"), 1U);
  EXPECT_LE(queued_at_drained, limits::kConnectionBufferBytes / 2);
  EXPECT_FALSE(is_high_at_drained);
}

TEST(TcpStream, IsNotDrainedWhenItWasNeverHigh) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);

  thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), "small"));
    session.stream->request_flushed_event();
    EXPECT_FALSE(session.recorder.has("flushed"));  // never inside the call
  });

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("flushed"); }));
  EXPECT_EQ(client.read(5).bytes, "small");
  EXPECT_FALSE(seen(thread, session).has("drained"));
}

TEST(TcpStream, IsFlushedOnceTheKernelHasAllOfTheQueue) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);
  const std::string text = pattern(8UL * 1024 * 1024);

  thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), text));
    session.stream->request_flushed_event();
  });
  thread.on_loop([] {});
  EXPECT_FALSE(seen(thread, session).has("flushed"));
  EXPECT_EQ(client.read(text.size()).bytes.size(), text.size());

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.has("flushed"); }));
  thread.on_loop([&] { EXPECT_EQ(session.stream->queued_bytes(), 0U); });
  EXPECT_EQ(seen(thread, session).count("flushed"), 1U);
}

TEST(TcpStream, KeepsTheOrderOfManySmallWritesToASlowReader) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);
  constexpr size_t kWrites = 300000;
  const std::string text = pattern(kWrites * 20);

  const size_t pinned = thread.on_loop([&] {
    for (size_t i = 0; i < kWrites; ++i) {
      session.stream->write(chain_of(thread.loop(), std::string_view(text).substr(i * 20, 20)));
    }
    return thread.loop().blocks().bytes_in_use();
  });
  const ReadResult result = client.read(text.size());

  EXPECT_TRUE(result.bytes == text);
  EXPECT_LT(pinned, 2 * text.size() + limits::kBlockBytes * 16);
}

// Each byte comes in a block of its own, as a relayed trickle can.
TEST(TcpStream, BoundsWhatAQueueOfSmallSlicesPins) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);
  constexpr size_t kSmall = 20000;
  const std::string bulk = pattern(8UL * 1024 * 1024);

  const size_t pinned = thread.on_loop([&] {
    buffer::BlockPool& pool = thread.loop().blocks();
    session.stream->write(chain_of(thread.loop(), bulk));
    const size_t before = pool.bytes_in_use();
    for (size_t i = 0; i < kSmall; ++i) {
      buffer::Block& block = pool.acquire();
      block.data()[0] = 'x';
      buffer::Chain chain;
      chain.append(buffer::Slice(block, 0, 1));
      session.stream->write(std::move(chain));
    }
    return pool.bytes_in_use() - before;
  });

  EXPECT_LE(pinned, kSmall * 16 + limits::kBlockBytes * 16);
  EXPECT_TRUE(client.read(bulk.size()).bytes == bulk);
  EXPECT_EQ(client.read(kSmall).bytes, std::string(kSmall, 'x'));
}

TEST(TcpStream, HoldsNoBlockForAnIdleConnection) {
  LoopThread thread;
  Server server(thread, echo);
  std::vector<RawSocket> clients;
  for (size_t i = 0; i < 50; ++i) {
    clients.push_back(RawSocket::connect(server.address()));
    ASSERT_TRUE(clients.back().send("hello"));
    ASSERT_EQ(clients.back().read(5).bytes, "hello");
  }

  // The loop's own block to read into, at most.
  EXPECT_LE(thread.on_loop([&] { return thread.loop().blocks().blocks_in_use(); }), 1U);
}

TEST(TcpStream, ReadsBulkInLargeBlocksButOnlyItsShareOfATurn) {
  LoopThread thread;
  size_t turn_bytes = 0;
  size_t turn_bytes_max = 0;
  size_t slice_max = 0;
  Server server(thread, [&](Session& session) {
    session.recorder.data_hook = [&](const buffer::Slice& bytes) {
      if (turn_bytes == 0) thread.loop().call_soon([&] { turn_bytes = 0; });
      turn_bytes += bytes.size();
      turn_bytes_max = std::max(turn_bytes_max, turn_bytes);
      slice_max = std::max<size_t>(slice_max, bytes.size());
    };
  });
  RawSocket client = RawSocket::connect(server.address());
  const std::string text = pattern(32UL * 1024 * 1024);
  Session& session = server.session(0);
  // Let much pile up in the kernel before the loop looks.
  thread.on_loop([&] { session.stream->pause(PauseReason::Throttle); });
  std::thread sender([&] { EXPECT_TRUE(client.send(text)); });
  thread.on_loop([&] { session.stream->resume(PauseReason::Throttle); });

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.bytes.size() == text.size(); }));

  sender.join();
  EXPECT_TRUE(seen(thread, session).bytes == text);
  EXPECT_GT(slice_max, limits::kBlockBytes);
  EXPECT_LE(turn_bytes_max, limits::kReadBytesPerTurn + limits::kBlockBytesBulk);
}

TEST(TcpStream, ClosesItselfWhenItsOwnerLetsGo) {
  LoopThread thread;
  Server server(thread, echo);
  RawSocket client = RawSocket::connect(server.address());
  Session& session = server.session(0);

  thread.on_loop([&] { session.stream.reset(); });

  EXPECT_EQ(client.read_to_end().end, ReadResult::End::Fin);
  EXPECT_EQ(seen(thread, session).events, std::vector<std::string>{});
}

TEST(TcpStream, MayBeDestroyedInsideItsOwnEvents) {
  for (const std::string event : {"data", "data_end", "end"}) {
    SCOPED_TRACE(event);
    LoopThread thread;
    Server server(thread, [&event](Session& session) {
      auto destroy = [&session] { session.stream.reset(); };
      if (event == "data") session.recorder.data_hook = [destroy](const auto&) { destroy(); };
      if (event == "data_end") session.recorder.data_end_hook = destroy;
      if (event == "end") session.recorder.end_hook = destroy;
    });
    RawSocket client = RawSocket::connect(server.address());
    ASSERT_TRUE(client.send("x"));
    client.shutdown_write();

    EXPECT_EQ(client.read_to_end().bytes, "");
    Session& session = server.session(0);
    ASSERT_TRUE(thread.wait_until([&] { return session.stream == nullptr; }));
    EXPECT_TRUE(seen(thread, session).events.back().starts_with(event));
  }
}

TEST(TcpStream, ClosesWithAQueueThatNobodyReads) {
  LoopThread thread;
  Server server(thread);
  RawSocket client = RawSocket::connect(server.address(), kSmallBuffer);
  Session& session = server.session(0);

  thread.on_loop([&] {
    session.stream->write(chain_of(thread.loop(), pattern(8UL * 1024 * 1024)));
    session.stream->close();
  });

  ASSERT_TRUE(thread.wait_until([&] { return session.recorder.closed == 1; }));
  EXPECT_EQ(seen(thread, session).events, std::vector<std::string>{"closed"});
  EXPECT_LE(thread.on_loop([&] { return thread.loop().blocks().blocks_in_use(); }), 1U);
}

// Reader and writer of one relay, with the back-pressure a session applies.
struct Relay {
  Session in;
  Session out;
  size_t queued_max = 0;
  size_t pauses = 0;

  void wire() {
    in.recorder.data_hook = [this](const buffer::Slice& bytes) {
      in.recorder.bytes.clear();
      buffer::Chain chain;
      chain.append(bytes);
      out.stream->write(std::move(chain));
      queued_max = std::max(queued_max, out.stream->queued_bytes());
      if (!out.stream->is_above_high_watermark() || in.stream->is_paused()) return;
      ++pauses;
      in.stream->pause(PauseReason::PeerFull);
    };
    in.recorder.end_hook = [this] { out.stream->shutdown(); };
    out.recorder.drained_hook = [this] { in.stream->resume(PauseReason::PeerFull); };
  }
};

TEST(TcpStream, RelaysSixtyFourMebibytesToASlowReaderWithABoundedQueue) {
  constexpr size_t kBytes = 64UL * 1024 * 1024;
  constexpr size_t kStep = 1024UL * 1024;
  LoopThread thread;
  fakes::RawListener sink;
  Relay relay;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Connector> connector;
  const HostPort address = thread.on_loop([&] {
    listener = *thread.loop().listen({"127.0.0.1", 0}, [&](std::unique_ptr<Stream> stream) {
      relay.in.stream = std::move(stream);
      relay.in.stream->set_events(relay.in.recorder);
      connector = thread.loop().connect(sink.address(), std::chrono::seconds(5),
                                        [&](Result<std::unique_ptr<Stream>> result) {
                                          relay.out.stream = std::move(*result);
                                          relay.out.stream->set_events(relay.out.recorder);
                                          relay.wire();
                                          relay.out.stream->start();
                                          relay.in.stream->start();
                                        });
    });
    return listener->address();
  });
  std::thread sender([&address] {
    RawSocket source = RawSocket::connect(address);
    for (size_t at = 0; at < kBytes; at += kStep) {
      ASSERT_TRUE(source.send(pattern(kStep, at)));
    }
    source.shutdown_write();
    EXPECT_EQ(source.read_to_end().bytes, "");
  });
  RawSocket reader = sink.accept();

  // Slow: begins when the relay had to pause, and looks at every byte between two reads.
  ASSERT_TRUE(thread.wait_until([&] { return relay.pauses > 0; }));
  size_t seen = 0;
  while (seen < kBytes) {
    const ReadResult part = reader.read(65536);
    ASSERT_EQ(part.end, ReadResult::End::Enough) << seen;
    ASSERT_TRUE(is_pattern(part.bytes, seen)) << seen;
    seen += part.bytes.size();
  }
  EXPECT_EQ(reader.read_to_end().end, ReadResult::End::Fin);
  thread.on_loop([&] { relay.in.stream->close(); });
  sender.join();

  EXPECT_LE(relay.queued_max, limits::kConnectionBufferBytes + limits::kBlockBytesBulk);
  thread.on_loop([&] {
    relay.in.stream.reset();
    relay.out.stream.reset();
    connector.reset();
    listener.reset();
  });
}

}  // namespace
}  // namespace faultline::io
