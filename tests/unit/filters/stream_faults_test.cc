// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/filter_factory.h"
#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// The faults that act on the bytes of one direction, each through the stage its filter makes.
namespace faultline::filters {
namespace {

using rules::Side;
using Calls = std::vector<std::string>;
using Pieces = std::vector<Delivered>;

constexpr int64_t kMs = 1'000'000;
constexpr Duration kTen(10 * kMs);

/// One filter on one direction, its stage, and what comes out of it.
struct Stream {
  explicit Stream(rules::FaultSpec spec, Side side = Side::Response)
      : world(std::move(spec)),
        context(world),
        out(world.scheduler),
        filter(make_filter(world.fire(), rules::Protocol::Tcp)),
        stage(filter->make_stage(side, context, out.sink())) {}

  void push(std::string_view bytes, bool end = false) {
    stage->push(chain_of(context.pool, bytes), end);
  }
  void wait(Duration time) { world.scheduler.advance(time); }
  [[nodiscard]] uint64_t applied() const { return world.counters().applied; }

  FaultWorld world;
  FakeContext context;
  SinkLog out;
  FilterPtr filter;
  std::unique_ptr<ByteStage> stage;
};

// ---- slice -----------------------------------------------------------------------------------

TEST(SliceFilter, PassesPiecesAtAbsoluteTimes) {
  Stream stream(rules::SliceSpec{.bytes = 2, .variation = 0, .gap = kTen, .side = Side::Response});

  stream.push("abcde", true);
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.out.pieces,
            (Pieces{{0, "ab", false}, {10 * kMs, "cd", false}, {20 * kMs, "e", true}}));
  EXPECT_EQ(stream.applied(), 1U);
}

TEST(SliceFilter, AnIdleStreamIsNotOwedTheGapsItDidNotUse) {
  Stream stream(rules::SliceSpec{.bytes = 1, .variation = 0, .gap = kTen, .side = Side::Response});

  stream.push("a");
  stream.wait(Duration(95 * kMs));
  stream.push("bc");
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.out.pieces,
            (Pieces{{0, "a", false}, {95 * kMs, "b", false}, {105 * kMs, "c", false}}));
}

TEST(SliceFilter, VariesSizesWithinTheirBoundsAndFromTheSeedAlone) {
  const rules::SliceSpec spec{.bytes = 5, .variation = 4, .gap = kTen, .side = Side::Response};
  const std::string text(500, 'x');
  Pieces first;
  for (int round = 0; round < 2; ++round) {
    Stream stream(spec);
    stream.push(text, true);
    stream.wait(Duration(100'000 * kMs));
    EXPECT_EQ(stream.out.bytes(), text);
    if (round == 1) {
      EXPECT_EQ(stream.out.pieces, first);
    }
    first = stream.out.pieces;
  }
  size_t least = 500;
  size_t most = 0;
  first.pop_back();  // the rest
  for (const auto& piece : first) {
    least = std::min(least, piece.bytes.size());
    most = std::max(most, piece.bytes.size());
  }
  EXPECT_EQ(least, 1U);
  EXPECT_EQ(most, 9U);
}

// ---- stall -----------------------------------------------------------------------------------

TEST(StallFilter, HoldsFromTheFirstByteBehindTheOffset) {
  Stream stream(rules::StallSpec{
      .at = 3, .hold = kTen, .how = rules::StallSpec::How::Hold, .side = Side::Response});
  stream.push("ab");
  stream.wait(Duration(5 * kMs));
  EXPECT_EQ(stream.applied(), 0U);

  stream.push("cde");
  EXPECT_EQ(stream.stage->held_bytes(), 2U);
  EXPECT_TRUE(stream.stage->is_holding());
  stream.wait(Duration(9 * kMs));
  stream.push("f", true);
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.out.pieces, (Pieces{{0, "ab", false},
                                       {5 * kMs, "c", false},
                                       {15 * kMs, "de", false},
                                       {15 * kMs, "f", true}}));
  EXPECT_FALSE(stream.stage->is_holding());
}

TEST(StallFilter, StopsReadingWhenTheOffsetIsReachedAndGoesOnAfter) {
  Stream stream(rules::StallSpec{
      .at = 2, .hold = kTen, .how = rules::StallSpec::How::StopReading, .side = Side::Response});
  EXPECT_TRUE(stream.context.calls.empty());

  stream.push("abc");
  EXPECT_EQ(stream.world.sink.log, (Calls{"event 101", "pause response"}));
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.context.calls, (Calls{"pause response @0", "resume response @10000000"}));
  EXPECT_EQ(stream.out.pieces, (Pieces{{0, "ab", false}, {10 * kMs, "c", false}}));
}

TEST(StallFilter, StopsReadingAtOnceWithOffsetZero) {
  Stream stream(
      rules::StallSpec{
          .at = 0, .hold = kTen, .how = rules::StallSpec::How::StopReading, .side = Side::Request},
      Side::Request);

  EXPECT_EQ(stream.context.calls, Calls{"pause request @0"});
  EXPECT_TRUE(stream.stage->is_holding());
  EXPECT_EQ(stream.stage->held_bytes(), 0U);
}

// ---- cut -------------------------------------------------------------------------------------

TEST(CutFilter, PassesExactlyTheBytesBeforeTheOffsetThenEnds) {
  using How = rules::CutSpec::How;
  struct Case {
    How how;
    std::string call;
  };
  for (const auto& [how, call] :
       {Case{How::Close, "end close @0"}, Case{How::Reset, "end reset @0"}}) {
    Stream stream(rules::CutSpec{.at = 4, .how = how, .hold = {}, .side = Side::Response});

    stream.push("ab");
    EXPECT_TRUE(stream.context.calls.empty());
    stream.push("cdef", true);
    stream.push("g", true);

    EXPECT_EQ(stream.out.bytes(), "abcd");
    EXPECT_EQ(stream.out.ends(), 0);
    EXPECT_EQ(stream.context.calls, Calls{call});
    EXPECT_EQ(stream.world.sink.value(0, "bytes"), "4");
  }
}

TEST(CutFilter, IsSilentBehindTheOffsetThenCloses) {
  Stream stream(rules::CutSpec{
      .at = 1, .how = rules::CutSpec::How::Silence, .hold = kTen, .side = Side::Response});

  stream.push("abc");
  stream.push("d", true);
  EXPECT_EQ(stream.stage->held_bytes(), 3U);
  EXPECT_TRUE(stream.stage->is_holding());
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.out.bytes(), "a");
  EXPECT_EQ(stream.out.ends(), 0);
  EXPECT_EQ(stream.context.calls, Calls{"end close @10000000"});
}

TEST(CutFilter, NeverActsOnAStreamThatEndsBefore) {
  Stream stream(rules::CutSpec{
      .at = 9, .how = rules::CutSpec::How::Reset, .hold = {}, .side = Side::Response});

  stream.push("abc", true);
  stream.filter->on_end(stream.context);

  EXPECT_EQ(stream.out.pieces, (Pieces{{0, "abc", true}}));
  EXPECT_EQ(stream.applied(), 0U);
  EXPECT_TRUE(stream.world.counters().balances());
}

TEST(CutFilter, AtZeroActsOnTheFirstByteAndNotOnABareEnd) {
  const rules::CutSpec spec{
      .at = 0, .how = rules::CutSpec::How::Reset, .hold = {}, .side = Side::Response};
  Stream spoke(spec);
  spoke.push("a");
  EXPECT_EQ(spoke.out.bytes(), "");
  EXPECT_EQ(spoke.context.calls, Calls{"end reset @0"});

  Stream silent(spec);
  silent.push("", true);
  EXPECT_EQ(silent.out.pieces, (Pieces{{0, "", true}}));
  EXPECT_TRUE(silent.context.calls.empty());
}

// ---- half_close ------------------------------------------------------------------------------

TEST(HalfCloseFilter, SendsFinEarlyAndDropsWhatComesBehind) {
  Stream stream(
      rules::HalfCloseSpec{
          .how = rules::HalfCloseSpec::How::Early, .at = 2, .hold = {}, .side = Side::Request},
      Side::Request);

  stream.push("a");
  stream.push("bc");
  stream.push("d", true);

  EXPECT_EQ(stream.out.pieces, (Pieces{{0, "a", false}, {0, "b", true}}));
  EXPECT_TRUE(stream.context.calls.empty());
  EXPECT_EQ(stream.applied(), 1U);
}

TEST(HalfCloseFilter, SwallowsFinAndClosesLater) {
  Stream stream(
      rules::HalfCloseSpec{
          .how = rules::HalfCloseSpec::How::Swallow, .at = 0, .hold = kTen, .side = Side::Request},
      Side::Request);

  stream.push("ab", true);
  EXPECT_EQ(stream.applied(), 1U);
  stream.wait(Duration(100 * kMs));

  EXPECT_EQ(stream.out.pieces, (Pieces{{0, "ab", false}}));
  EXPECT_EQ(stream.context.calls, Calls{"end close @10000000"});
}

// ---- disarmed --------------------------------------------------------------------------------

rules::LatencySpec ten_ms() {
  rules::LatencySpec spec;
  spec.fixed = kTen;
  spec.max = kTen;
  spec.side = Side::Response;
  return spec;
}

TEST(Retire, KeepsTimesAndOrderOfWhatIsHeldAndDelaysNothingNew) {
  Stream delayed(ten_ms());
  delayed.push("a");
  delayed.wait(Duration(4 * kMs));
  delayed.stage->retire(false);
  delayed.push("b");
  delayed.wait(Duration(100 * kMs));
  delayed.push("c", true);
  delayed.wait(Duration(0));
  EXPECT_EQ(delayed.out.pieces,
            (Pieces{{10 * kMs, "a", false}, {10 * kMs, "b", false}, {104 * kMs, "c", true}}));

  Stream sliced(rules::SliceSpec{.bytes = 1, .variation = 0, .gap = kTen, .side = Side::Response});
  sliced.push("abc");
  sliced.stage->retire(false);
  sliced.push("def", true);
  sliced.wait(Duration(100 * kMs));
  EXPECT_EQ(sliced.out.pieces, (Pieces{{0, "a", false},
                                       {10 * kMs, "b", false},
                                       {20 * kMs, "c", false},
                                       {20 * kMs, "def", true}}));
}

TEST(Retire, WithFlushGivesAllAtOnceInOrder) {
  Stream delayed(ten_ms());
  delayed.push("a");
  delayed.push("b", true);
  delayed.stage->retire(true);
  EXPECT_EQ(delayed.out.pieces, (Pieces{{0, "a", false}, {0, "b", true}}));

  Stream sliced(rules::SliceSpec{.bytes = 1, .variation = 0, .gap = kTen, .side = Side::Response});
  sliced.push("abc", true);
  sliced.stage->retire(true);
  sliced.wait(Duration(100 * kMs));
  EXPECT_EQ(sliced.out.pieces, (Pieces{{0, "a", false}, {0, "bc", true}}));

  Stream silent(rules::CutSpec{
      .at = 1, .how = rules::CutSpec::How::Silence, .hold = kTen, .side = Side::Response});
  silent.push("abc", true);
  silent.stage->retire(true);
  silent.wait(Duration(100 * kMs));
  EXPECT_EQ(silent.out.pieces, (Pieces{{0, "a", false}, {0, "bc", true}}));
  EXPECT_TRUE(silent.context.calls.empty());
}

TEST(Retire, ReadsOnAndForgetsOffsetsThatWereNotReached) {
  Stream stalled(rules::StallSpec{
      .at = 0, .hold = kTen, .how = rules::StallSpec::How::StopReading, .side = Side::Response});
  stalled.stage->retire(false);
  EXPECT_EQ(stalled.context.calls, (Calls{"pause response @0", "resume response @0"}));

  Stream cut(rules::CutSpec{
      .at = 2, .how = rules::CutSpec::How::Reset, .hold = {}, .side = Side::Response});
  cut.push("a");
  cut.stage->retire(false);
  cut.push("bcd", true);
  EXPECT_EQ(cut.out.bytes(), "abcd");
  EXPECT_TRUE(cut.context.calls.empty());
}

// ---- connections -----------------------------------------------------------------------------

TEST(LifetimeFilter, EndsTheConnectionAtItsTime) {
  FaultWorld world(rules::LifetimeSpec{.how = rules::LifetimeSpec::How::Reset, .hold = kTen});
  FakeContext context(world);
  const auto filter = make_filter(world.fire(), rules::Protocol::Tcp);

  EXPECT_EQ(filter->on_connection(context), Flow::Continue);
  world.scheduler.advance(Duration(10 * kMs - 1));
  EXPECT_TRUE(world.sink.events.empty());
  world.scheduler.advance(Duration(1));

  EXPECT_EQ(context.calls, Calls{"end reset @10000000"});
  EXPECT_EQ(world.sink.log, (Calls{"event 101", "end reset"}));
}

TEST(ConnectFilter, DialsLateOrFailsAsADialWould) {
  using Then = rules::ConnectSpec::Then;
  struct Case {
    Then then;
    std::string tcp;
    std::string http;
  };
  for (const auto& [then, tcp, http] :
       {Case{Then::Dial, "proceed request @10000000", "proceed request @10000000"},
        Case{Then::Refuse, "end reset @10000000", "respond 502 @10000000"},
        Case{Then::TimeOut, "end reset @10000000", "respond 504 @10000000"}}) {
    const rules::ConnectSpec spec{.delay = kTen, .then = then};
    FaultWorld world(spec);
    FakeContext context(world);
    const auto filter = make_filter(world.fire(), rules::Protocol::Tcp);
    EXPECT_EQ(filter->on_connection(context), Flow::Hold);
    world.scheduler.advance(Duration(100 * kMs));
    EXPECT_EQ(context.calls, Calls{tcp});

    FaultWorld other(spec);
    FakeContext on_http(other);
    const auto again = make_filter(other.fire(), rules::Protocol::Http);
    http::RequestHead head;
    RequestMessage message{head, nullptr, false, std::nullopt};
    EXPECT_EQ(again->on_request(message, on_http), Flow::Hold);
    other.scheduler.advance(Duration(100 * kMs));
    EXPECT_EQ(on_http.calls, Calls{http});
  }
}

}  // namespace
}  // namespace faultline::filters
