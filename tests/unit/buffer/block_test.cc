// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/buffer/block.h"

#include "proxy/base/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace faultline::buffer {
namespace {

TEST(BlockPool, RoundsUpToItsThreeSizesAndAllocatesLargerOnesExactly) {
  struct Case {
    size_t asked;
    size_t want;
  };
  const std::vector<Case> cases{
      {0, limits::kBlockBytes},
      {1, limits::kBlockBytes},
      {limits::kBlockBytes, limits::kBlockBytes},
      {limits::kBlockBytes + 1, limits::kBlockBytesLarge},
      {limits::kBlockBytesLarge, limits::kBlockBytesLarge},
      {limits::kBlockBytesLarge + 1, limits::kBlockBytesBulk},
      {limits::kBlockBytesBulk, limits::kBlockBytesBulk},
      {limits::kBlockBytesBulk + 1, limits::kBlockBytesBulk + 1},
  };
  BlockPool pool;

  for (const auto& c : cases) {
    SCOPED_TRACE(c.asked);
    Block& block = pool.acquire(c.asked);
    EXPECT_EQ(block.capacity(), c.want);
    EXPECT_EQ(pool.bytes_in_use(), c.want);
    pool.release(block);
    EXPECT_EQ(pool.blocks_in_use(), 0U);
  }
}

TEST(BlockPool, GivesAReleasedBlockOutAgain) {
  BlockPool pool;
  Block& first = pool.acquire();
  const char* memory = first.data();

  pool.release(first);
  EXPECT_EQ(pool.bytes_free(), limits::kBlockBytes);
  Block& second = pool.acquire();

  EXPECT_EQ(second.data(), memory);
  EXPECT_EQ(second.references(), 0U);
  EXPECT_EQ(pool.bytes_free(), 0U);
  pool.release(second);
}

TEST(BlockPool, DoesNotKeepWhatExceedsItsLargestSize) {
  BlockPool pool;

  pool.release(pool.acquire(limits::kBlockBytesBulk + 1));

  EXPECT_EQ(pool.bytes_free(), 0U);
}

TEST(BlockPool, CapsWhatItKeepsAfterABurst) {
  BlockPool pool;
  std::vector<Slice> burst;
  for (int i = 0; i < 200; ++i) {
    burst.emplace_back(pool.acquire(limits::kBlockBytesBulk), 0, 1);
  }

  burst.clear();

  EXPECT_EQ(pool.blocks_in_use(), 0U);
  EXPECT_EQ(pool.bytes_free(), 32 * limits::kBlockBytesBulk);
}

TEST(BlockPool, TrimsTheFreeBlocksAndItsIdleTail) {
  BlockPool pool;
  pool.release(pool.acquire());
  static_cast<void>(pool.copy("small"));

  pool.trim();

  EXPECT_EQ(pool.bytes_free(), 0U);
  EXPECT_EQ(pool.bytes_in_use(), 0U);
}

TEST(BlockPool, SharesOneBlockAmongSmallCopies) {
  BlockPool pool;

  const Slice one = pool.copy("one");
  const Slice two = pool.copy("two");

  EXPECT_EQ(one.view(), "one");
  EXPECT_EQ(two.view(), "two");
  EXPECT_EQ(one.block(), two.block());
  EXPECT_EQ(pool.blocks_in_use(), 1U);
}

TEST(BlockPool, NeverOverwritesACopyThatIsHeld) {
  BlockPool pool;
  std::vector<Slice> held;
  std::vector<std::string> want;

  for (int i = 0; i < 500; ++i) {
    want.push_back(std::string(static_cast<size_t>(i) * 11, static_cast<char>('a' + i % 26)));
    held.push_back(pool.copy(want.back()));
    if (i % 3 == 0) held[static_cast<size_t>(i) / 2] = Slice();
  }

  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i].empty()) continue;
    EXPECT_EQ(held[i].view(), want[i]) << i;
  }
}

TEST(BlockPool, BeginsItsTailAgainWhenNobodyHoldsIt) {
  BlockPool pool;
  const char* first = pool.copy("first").data();

  for (int i = 0; i < 100000; ++i) {
    EXPECT_EQ(pool.copy("next").data(), first);
  }

  EXPECT_EQ(pool.blocks_in_use(), 0U);
}

TEST(BlockPool, GivesALargeCopyABlockOfItsOwn) {
  BlockPool pool;
  const Slice small = pool.copy("small");
  const std::string bytes(100000, 'b');

  const Slice large = pool.copy(bytes);

  EXPECT_EQ(large.view(), bytes);
  EXPECT_NE(large.block(), small.block());
  EXPECT_EQ(large.block()->capacity(), limits::kBlockBytesBulk);
}

TEST(BlockPool, CopiesNothingToAnEmptySlice) {
  BlockPool pool;

  const Slice slice = pool.copy("");

  EXPECT_TRUE(slice.empty());
  EXPECT_EQ(slice.block(), nullptr);
}

#ifdef FL_DEBUG
TEST(BlockPoolDeathTest, RefusesToDieBeforeItsSlices) {
  EXPECT_DEATH(
      {
        Slice slice;
        BlockPool pool;
        slice = pool.copy("alive");
      },
      "blocks_in_use_ == 0");
}
#endif

TEST(Slice, CountsItsBlock) {
  BlockPool pool;
  Block& block = pool.acquire();
  Slice one(block, 0, 10);
  EXPECT_EQ(block.references(), 1U);

  {
    const Slice two = one;
    EXPECT_EQ(block.references(), 2U);
    const Slice three = std::move(one);
    EXPECT_EQ(block.references(), 2U);
    EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): moved from is empty
    one = three;
    EXPECT_EQ(block.references(), 3U);
  }
  EXPECT_EQ(block.references(), 1U);

  one = Slice();
  EXPECT_EQ(pool.blocks_in_use(), 0U);
}

TEST(Slice, SurvivesAssignmentToItself) {
  BlockPool pool;
  Slice slice = pool.copy("same");
  Slice& alias = slice;

  slice = alias;
  slice = std::move(alias);

  EXPECT_EQ(slice.view(), "same");
}

TEST(Slice, CutsAPartThatSharesTheBlock) {
  BlockPool pool;
  const Slice whole = pool.copy("0123456789");

  const Slice part = whole.sub(3, 4);

  EXPECT_EQ(part.view(), "3456");
  EXPECT_EQ(part.block(), whole.block());
  EXPECT_TRUE(whole.sub(10, 0).empty());
}

TEST(Slice, KnowsWhatFollowsIt) {
  BlockPool pool;
  const Slice whole = pool.copy("0123456789");
  const Slice literal = Slice::of_static("0123");

  EXPECT_TRUE(whole.sub(0, 4).is_followed_by(whole.sub(4, 6)));
  EXPECT_FALSE(whole.sub(0, 4).is_followed_by(whole.sub(5, 5)));
  EXPECT_FALSE(whole.sub(4, 6).is_followed_by(whole.sub(0, 4)));
  EXPECT_FALSE(literal.sub(0, 2).is_followed_by(literal.sub(2, 2)));
}

}  // namespace
}  // namespace faultline::buffer
