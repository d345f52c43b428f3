// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/buffer/chain.h"

#include "proxy/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faultline::buffer {
namespace {

// One slice for each text, none mergeable with its neighbour.
Chain chain_of(BlockPool& pool, const std::vector<std::string>& texts) {
  Chain chain;
  for (const auto& text : texts) {
    Slice slice = pool.copy(text);
    static_cast<void>(pool.copy("|"));
    chain.append(std::move(slice));
  }
  return chain;
}

// Bytes of all blocks that the chain keeps alive.
size_t pinned_bytes(const Chain& chain) {
  std::set<const Block*> blocks;
  for (const Slice& slice : chain.slices()) {
    blocks.insert(slice.block());
  }
  size_t bytes = 0;
  for (const Block* block : blocks) {
    bytes += block->capacity();
  }
  return bytes;
}

TEST(Chain, KeepsTheOrderOfWhatIsAppended) {
  BlockPool pool;

  const Chain chain = chain_of(pool, {"a", "bc", "", "def"});

  EXPECT_EQ(chain.to_string(), "abcdef");
  EXPECT_EQ(chain.size(), 6U);
  EXPECT_EQ(chain.slice_count(), 3U);
}

TEST(Chain, MergesSlicesThatAreNeighboursInOneBlock) {
  BlockPool pool;
  Chain chain;

  chain.append(pool.copy("one "));
  chain.append(pool.copy("two "));
  chain.append(Slice::of_static("three "));
  chain.append(pool.copy("four"));

  EXPECT_EQ(chain.to_string(), "one two three four");
  EXPECT_EQ(chain.slice_count(), 3U);
}

TEST(Chain, HoldsOneReferenceForMergedSlices) {
  BlockPool pool;
  Chain chain;
  chain.append(pool.copy("one"));
  const uint32_t before = chain.slices()[0].block()->references();

  chain.append(pool.copy("two"));

  EXPECT_EQ(chain.slices()[0].block()->references(), before);
}

TEST(Chain, IsEmptyAfterItWasMovedFrom) {
  BlockPool pool;
  for (const size_t count : {1UL, 2UL, 3UL, 40UL}) {
    SCOPED_TRACE(count);
    Chain source = chain_of(pool, std::vector<std::string>(count, "xy"));

    Chain target(std::move(source));
    Chain assigned;
    assigned = std::move(target);

    for (const Chain* moved : {&source, &target}) {
      EXPECT_TRUE(moved->empty());
      EXPECT_EQ(moved->size(), 0U);
      EXPECT_EQ(moved->slice_count(), 0U);
      EXPECT_EQ(moved->to_string(), "");
    }
    EXPECT_EQ(assigned.size(), count * 2);
    source.append(pool.copy("again"));
    EXPECT_EQ(source.to_string(), "again");
  }
}

TEST(Chain, AppendsAnotherChainAndLeavesItEmpty) {
  BlockPool pool;
  Chain left = chain_of(pool, {"1", "2", "3"});
  Chain right = chain_of(pool, {"4", "5", "6"});

  left.append(std::move(right));

  EXPECT_EQ(left.to_string(), "123456");
  EXPECT_EQ(right.slice_count(), 0U);
  right.append(pool.copy("7"));
  EXPECT_EQ(right.to_string(), "7");
}

TEST(Chain, PrependsInFrontOfWhatIsThere) {
  BlockPool pool;
  Chain chain = chain_of(pool, {"c", "d"});

  chain.prepend(pool.copy("b"));
  chain.prepend(pool.copy("a"));
  chain.advance(1);
  chain.prepend(pool.copy("A"));

  EXPECT_EQ(chain.to_string(), "Abcd");
}

TEST(Chain, AdvancesOverSlicesAndInsideThem) {
  struct Case {
    size_t bytes;
    std::string want;
    size_t want_slices;
  };
  const std::vector<Case> cases{
      {0, "abcdef", 3}, {1, "bcdef", 2}, {2, "cdef", 2}, {3, "def", 1}, {6, "", 0},
  };
  BlockPool pool;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.bytes);
    Chain chain = chain_of(pool, {"a", "bc", "def"});

    chain.advance(c.bytes);

    EXPECT_EQ(chain.to_string(), c.want);
    EXPECT_EQ(chain.slice_count(), c.want_slices);
    EXPECT_EQ(chain.size(), c.want.size());
  }
}

TEST(Chain, TakesTheFrontOut) {
  BlockPool pool;
  const std::string text = "abcdef";
  for (size_t bytes = 0; bytes <= text.size(); ++bytes) {
    SCOPED_TRACE(bytes);
    Chain chain = chain_of(pool, {"a", "bc", "def"});

    const Chain front = chain.take(bytes);

    EXPECT_EQ(front.to_string(), text.substr(0, bytes));
    EXPECT_EQ(chain.to_string(), text.substr(bytes));
    EXPECT_EQ(front.size() + chain.size(), text.size());
  }
}

TEST(Chain, GivesItsBytesAsIovUpToTheRoomThereIs) {
  BlockPool pool;
  const Chain chain = chain_of(pool, {"a", "bc", "def"});
  std::vector<iovec> two(2);
  std::vector<iovec> five(5);

  EXPECT_EQ(chain.iov(two), 2U);
  EXPECT_EQ(chain.iov(five), 3U);
  EXPECT_EQ(std::string(static_cast<const char*>(two[1].iov_base), two[1].iov_len), "bc");
  EXPECT_EQ(std::string(static_cast<const char*>(five[2].iov_base), five[2].iov_len), "def");
}

TEST(Chain, ReleasesItsBlocksWhenClearedAdvancedOrDestroyed) {
  BlockPool pool;
  {
    const Chain destroyed = chain_of(pool, std::vector<std::string>(9, "x"));
    Chain cleared = chain_of(pool, std::vector<std::string>(9, "x"));
    Chain advanced = chain_of(pool, std::vector<std::string>(9, "x"));
    cleared.clear();
    advanced.advance(9);
    EXPECT_TRUE(cleared.empty());
    EXPECT_TRUE(advanced.empty());
  }

  EXPECT_EQ(pool.blocks_in_use(), 0U);
}

// A random program against a string.
TEST(Chain, BehavesLikeAStringUnderRandomOperations) {
  BlockPool pool;
  for (uint64_t seed = 0; seed < 64; ++seed) {
    SCOPED_TRACE(seed);
    Chain chain;
    std::string model;
    for (uint64_t step = 0; step < 400; ++step) {
      const uint64_t bits = random::mix(seed * 1000 + step + 1);
      const std::string text(bits % 40, static_cast<char>('a' + step % 26));
      const size_t amount = model.empty() ? 0 : (bits >> 8U) % (model.size() + 1);
      switch ((bits >> 32U) % 6) {
        case 0:
        case 1:
          chain.append(pool.copy(text));
          model += text;
          break;
        case 2:
          chain.prepend(pool.copy(text));
          model.insert(0, text);
          break;
        case 3:
          chain.advance(amount / 2);
          model.erase(0, amount / 2);
          break;
        case 4: {
          Chain front = chain.take(amount);
          front.append(std::move(chain));  // the two together are what was there
          chain = std::move(front);
          break;
        }
        default:
          chain.pack(pool);
          break;
      }
      ASSERT_EQ(chain.size(), model.size());
      ASSERT_EQ(chain.to_string(), model);
    }
  }
  EXPECT_EQ(pool.blocks_in_use(), 0U);
}

TEST(Chain, DoesNotGrowItsStorageWhenUsedAsAQueue) {
  BlockPool pool;
  Chain chain = chain_of(pool, {"a", "b", "c"});
  const Slice* lowest = nullptr;
  const Slice* highest = nullptr;

  for (int i = 0; i < 10000; ++i) {
    static_cast<void>(pool.copy("|"));
    chain.append(pool.copy("x"));
    chain.advance(1);
    const Slice* first = chain.slices().data();
    if (i <= 100) lowest = highest = first;  // until it is warm
    lowest = std::min(lowest, first);
    highest = std::max(highest, first);
  }

  EXPECT_LE(highest - lowest, 16);
}

// The shared block of a loop: one trickling connection gets a byte of each block, the others get
// the rest and let it go. Without packing every byte holds 16 KiB.
TEST(Chain, PackBoundsWhatATricklePins) {
  BlockPool pool;
  Chain chain;
  for (size_t i = 1; i <= 60000; ++i) {
    Block& block = pool.acquire();
    block.data()[0] = static_cast<char>('a' + i % 26);
    chain.append(Slice(block, 0, 1));
    chain.pack(pool);

    if (i % 1000 != 0) continue;
    ASSERT_LE(pinned_bytes(chain), 20 * chain.size() + 16 * limits::kBlockBytes);
  }

  EXPECT_EQ(chain.size(), 60000U);
  EXPECT_EQ(chain.to_string().substr(0, 4), "bcde");
  EXPECT_LE(pinned_bytes(chain), 900000U);
}

TEST(Chain, PackLeavesLargeSlicesWhereTheyAre) {
  BlockPool pool;
  Chain chain;
  std::vector<const char*> want;
  for (int i = 0; i < 100; ++i) {
    chain.append(Slice(pool.acquire(), 0, 4096));
    want.push_back(chain.slices().back().data());
    chain.pack(pool);
  }

  ASSERT_EQ(chain.slice_count(), want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(chain.slices()[i].data(), want[i]);
  }
}

}  // namespace
}  // namespace faultline::buffer
