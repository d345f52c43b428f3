// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/byte_stages.h"

#include "tests/unit/filters/filters_support.h"

#include <gtest/gtest.h>

namespace faultline::filters {
namespace {

constexpr int64_t kMs = 1'000'000;

class ByteStages : public ::testing::Test {
 protected:
  std::shared_ptr<RateLimiter> limit(uint64_t rate) { return std::make_shared<RateLimiter>(rate); }
  buffer::Chain chain(std::string_view bytes) { return chain_of(pool_, bytes); }

  buffer::BlockPool pool_;
  fakes::ManualScheduler scheduler_;
  SinkLog out_{scheduler_};
};

std::string letters(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

TEST_F(ByteStages, ThrottleReleasesAQuantumEveryFiveMilliseconds) {
  ThrottleStage stage(limit(800), scheduler_, out_.sink());  // quantum 4

  stage.push(chain("abcdefghij"), true);
  EXPECT_EQ(stage.held_bytes(), 6U);
  scheduler_.advance(Duration(100 * kMs));

  const std::vector<Delivered> expected{
      {0, "abcd", false}, {5 * kMs, "efgh", false}, {10 * kMs, "ij", true}};
  EXPECT_EQ(out_.pieces, expected);
  EXPECT_EQ(stage.held_bytes(), 0U);
  EXPECT_EQ(scheduler_.pending_timers(), 0U);
}

TEST_F(ByteStages, ThrottleKeepsEveryByteInOrderWhateverThePieces) {
  const std::string text = letters(1000);
  for (const size_t step : {1UL, 3UL, 7UL, 250UL, 1000UL}) {
    SinkLog out(scheduler_);
    ThrottleStage stage(limit(2000), scheduler_, out.sink());  // quantum 10

    size_t pushed = 0;
    for (; pushed < text.size(); pushed += step) {
      stage.push(chain(text.substr(pushed, step)), pushed + step >= text.size());
      ASSERT_EQ(out.bytes().size() + stage.held_bytes(), std::min(pushed + step, text.size()));
      scheduler_.advance(Duration(kMs / 10));
    }
    scheduler_.advance(Duration(2000 * kMs));

    EXPECT_EQ(out.bytes(), text) << "pushed in steps of " << step;
    EXPECT_EQ(out.ends(), 1);
    EXPECT_TRUE(out.pieces.back().end);
  }
}

TEST_F(ByteStages, ThrottleHoldsTheRateOverASecond) {
  ThrottleStage stage(limit(10'000), scheduler_, out_.sink());  // quantum 50
  stage.push(chain(letters(30'000)), true);

  scheduler_.advance(Duration(1000 * kMs - 1));
  const size_t after_a_second = out_.bytes().size();
  scheduler_.advance(Duration(1));

  EXPECT_EQ(after_a_second, 10'000U);
  EXPECT_EQ(out_.bytes().size(), 10'050U);  // a quantum goes at either end of the second
}

TEST_F(ByteStages, ThrottleGivesTheEndOnceAndOnlyWithTheLastByte) {
  ThrottleStage stage(limit(200), scheduler_, out_.sink());  // quantum 1

  stage.push(chain("ab"), false);
  stage.push({}, true);  // the end comes alone, while a byte still waits
  EXPECT_EQ(out_.ends(), 0);
  scheduler_.advance(Duration(50 * kMs));

  const std::vector<Delivered> expected{{0, "a", false}, {5 * kMs, "b", true}};
  EXPECT_EQ(out_.pieces, expected);
}

TEST_F(ByteStages, ThrottlePassesALateEndOnAtOnce) {
  ThrottleStage stage(limit(200), scheduler_, out_.sink());
  stage.push(chain("a"), false);
  scheduler_.advance(Duration(kMs));

  stage.push({}, true);

  const std::vector<Delivered> expected{{0, "a", false}, {kMs, "", true}};
  EXPECT_EQ(out_.pieces, expected);
}

TEST_F(ByteStages, ThrottleEndsAnEmptyMessage) {
  ThrottleStage stage(limit(200), scheduler_, out_.sink());

  stage.push({}, true);

  EXPECT_EQ(out_.pieces, (std::vector<Delivered>{{0, "", true}}));
}

TEST_F(ByteStages, ThrottleSharersTakeTurns) {
  const auto shared = limit(200);  // a byte every 5 ms
  SinkLog other(scheduler_);
  ThrottleStage first(shared, scheduler_, out_.sink());
  ThrottleStage second(shared, scheduler_, other.sink());

  first.push(chain("abc"), true);
  second.push(chain("xyz"), true);
  scheduler_.advance(Duration(100 * kMs));

  EXPECT_EQ(out_.pieces, (std::vector<Delivered>{
                             {0, "a", false}, {5 * kMs, "b", false}, {15 * kMs, "c", true}}));
  EXPECT_EQ(other.pieces,
            (std::vector<Delivered>{
                {10 * kMs, "x", false}, {20 * kMs, "y", false}, {25 * kMs, "z", true}}));
}

TEST_F(ByteStages, ThrottleBooksNothingTwiceWhenItsSinkPushesMore) {
  SinkLog out(scheduler_);
  ThrottleStage* stage_ptr = nullptr;
  int rounds = 0;
  const auto sink = out.sink();
  ThrottleStage stage(limit(200), scheduler_, [&](buffer::Chain&& bytes, bool end) {
    sink(std::move(bytes), end);
    if (++rounds <= 2) stage_ptr->push(chain(rounds == 1 ? "b" : "c"), rounds == 2);
  });
  stage_ptr = &stage;

  stage.push(chain("a"), false);
  scheduler_.advance(Duration(100 * kMs));

  const std::vector<Delivered> expected{
      {0, "a", false}, {5 * kMs, "b", false}, {10 * kMs, "c", true}};
  EXPECT_EQ(out.pieces, expected);
}

TEST_F(ByteStages, ThrottleIsSilentOnceItIsGone) {
  {
    ThrottleStage stage(limit(200), scheduler_, out_.sink());
    stage.push(chain("abc"), true);
  }
  scheduler_.advance(Duration(100 * kMs));

  EXPECT_EQ(out_.bytes(), "a");
  EXPECT_EQ(scheduler_.pending_timers(), 0U);
}

TEST_F(ByteStages, DelayGivesEveryPieceOnExactlyLater) {
  DelayStage stage(Duration(20 * kMs), scheduler_, out_.sink());

  stage.push(chain("ab"), false);
  scheduler_.advance(Duration(7 * kMs));
  stage.push(chain("cde"), false);
  EXPECT_EQ(stage.held_bytes(), 5U);
  scheduler_.advance(Duration(13 * kMs));
  EXPECT_EQ(stage.held_bytes(), 3U);
  stage.push({}, true);
  scheduler_.advance(Duration(100 * kMs));

  const std::vector<Delivered> expected{
      {20 * kMs, "ab", false}, {27 * kMs, "cde", false}, {40 * kMs, "", true}};
  EXPECT_EQ(out_.pieces, expected);
  EXPECT_EQ(stage.held_bytes(), 0U);
}

TEST_F(ByteStages, DelayKeepsTheOrderOfPiecesThatAreDueTogether) {
  DelayStage stage(Duration(5 * kMs), scheduler_, out_.sink());

  stage.push(chain("1"), false);
  stage.push(chain("2"), false);
  stage.push(chain("3"), true);
  scheduler_.advance(Duration(5 * kMs));

  EXPECT_EQ(out_.pieces, (std::vector<Delivered>{
                             {5 * kMs, "1", false}, {5 * kMs, "2", false}, {5 * kMs, "3", true}}));
}

TEST_F(ByteStages, DelayLosesNothingWhenItsSinkPushesMore) {
  DelayStage* stage_ptr = nullptr;
  const auto sink = out_.sink();
  bool is_first = true;
  DelayStage stage(Duration(5 * kMs), scheduler_, [&](buffer::Chain&& bytes, bool end) {
    sink(std::move(bytes), end);
    if (std::exchange(is_first, false)) stage_ptr->push(chain("c"), true);
  });
  stage_ptr = &stage;

  stage.push(chain("a"), false);
  stage.push(chain("b"), false);
  scheduler_.advance(Duration(50 * kMs));

  EXPECT_EQ(out_.pieces, (std::vector<Delivered>{
                             {5 * kMs, "a", false}, {5 * kMs, "b", false}, {10 * kMs, "c", true}}));
}

TEST_F(ByteStages, DelayOfNothingStillDeliversFromTheLoopNotFromThePush) {
  DelayStage stage(Duration(0), scheduler_, out_.sink());

  stage.push(chain("a"), true);
  EXPECT_TRUE(out_.pieces.empty());
  scheduler_.advance(Duration(0));

  EXPECT_EQ(out_.pieces, (std::vector<Delivered>{{0, "a", true}}));
}

TEST_F(ByteStages, DelayIsSilentOnceItIsGone) {
  {
    DelayStage stage(Duration(5 * kMs), scheduler_, out_.sink());
    stage.push(chain("a"), true);
  }
  scheduler_.advance(Duration(50 * kMs));

  EXPECT_TRUE(out_.pieces.empty());
}

}  // namespace
}  // namespace faultline::filters
