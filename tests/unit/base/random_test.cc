// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace faultline {
namespace {

// The vectors of the definition (decision_version 1). A changed one means that old seeds no longer
// give the faults they gave.
TEST(Random, KeepsTheVectorsOfItsDefinition) {
  struct Case {
    random::Inputs in;
    uint64_t want;
    uint64_t upper;
  };
  const std::string forty(40, 'x');
  // Listener 0, connection 17: 4 and 8 bytes, big-endian.
  constexpr std::string_view kConnection("\0\0\0\0\0\0\0\0\0\0\0\x11", 12);
  const std::array cases{
      Case{{0, 0, "", 0, "", 0, 0}, 0xEB2D9AAE31295FDD, 3945634478},
      Case{{1, 0, "", 0, "", 0, 0}, 0x345C1AFCA631569E, 878451452},
      Case{{42, 0, "slow-cart", 2, "GET /cart/:id", 0, 0}, 0xD153E19EE2A88AB6, 3511935390},
      Case{{42, 0, "slow-cart", 2, "GET /cart/:id", 1, 0}, 0x3B2A3762365F8D04, 992622434},
      Case{{42, 0, "slow-cart", 2, "GET /cart/:id", 0, 1}, 0x1F958F4B7434DF0E, 529895243},
      Case{{42, 0, "slow-cart", 1, kConnection, 3, 0}, 0xCB67F687F51519FD, 3412588167},
      Case{{42, 7, "flaky-pay", 3, "idem-9f2c", 0, 0}, 0x725DBC1BD31FEA17, 1918745627},
      Case{{UINT64_MAX, UINT64_MAX, forty, 4, "orders/3/1048576", 4294967295, 65535},
           0xE87D2E85DD2C641B,
           3900518021}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.upper);
    EXPECT_EQ(random::draw(c.in), c.want);
    EXPECT_EQ(random::draw(c.in) >> 32U, c.upper);
  }
}

TEST(Random, KeepsTheVectorsOfItsParts) {
  EXPECT_EQ(random::mix(0), 0U);
  EXPECT_EQ(random::mix(1), 0x5692161D100B05E5U);
  EXPECT_EQ(random::fnv("a"), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(random::text(""), 0xE587D3DFF9E92ED0U);
  EXPECT_EQ(random::text("a"), 0xA46372CBD749F327U);
  EXPECT_EQ(random::text("slow-cart"), 0x2BF207E122CF510EU);
}

TEST(Random, HitsTheConnectionsThatTheDefinitionNames) {
  // toxic/courier-mq/slow-ack on listener 2, seed 7, toxicity 0.35 (a float32).
  constexpr uint64_t kThreshold = 1503238528;
  std::string hit;
  for (char connection = 0; connection < 8; ++connection) {
    const std::string key = std::string("\0\0\0\x02\0\0\0\0\0\0\0", 11) + connection;
    const auto u = random::draw({7, 0, "toxic/courier-mq/slow-ack", 1, key, 0, 0});
    if (u >> 32U < kThreshold) hit += static_cast<char>('0' + connection);
  }
  EXPECT_EQ(hit, "0456");
}

TEST(Random, ScalesByTheUpperHalfOfTheProduct) {
  EXPECT_EQ(random::scale(0x1F958F4B7434DF0E, 100000000), 12337585U);
  EXPECT_EQ(random::scale(UINT64_MAX, UINT64_MAX), UINT64_MAX - 1);
  EXPECT_EQ(random::scale(UINT64_MAX, 0), 0U);
  EXPECT_EQ(random::scale(UINT64_MAX, 10), 9U);
  EXPECT_EQ(random::scale(uint64_t{1} << 63U, 10), 5U);
  EXPECT_EQ(random::scale(0xDEADBEEFCAFEBABE, 0x123456789ABCDEF0), 0xFD5BDEEEB2A01D7U);
}

}  // namespace
}  // namespace faultline
