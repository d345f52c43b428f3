// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/decision_log.h"

#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::run {
namespace {

const std::vector<DecisionLine> kLines{
    {"a", "route", "GET /x", 2, 7, "applied", "delay 1 ns"},
    {"a", "route", "GET /x", 10, 8, "bypassed", "-"},
    {"a", "route", "GET /y \"z\"", 0, 9, "applied", "retype"},
    {"b", "connection", "0/17", 0, 0xFFFFFFFFFFFFFFFF, "applied", "answer 503"},
};

constexpr std::string_view kSorted =
    "a route \"GET /x\" 2 0000000000000007 applied \"delay 1 ns\"\n"
    "a route \"GET /x\" 10 0000000000000008 bypassed \"-\"\n"
    "a route \"GET /y \\\"z\\\"\" 0 0000000000000009 applied \"retype\"\n"
    "b connection \"0/17\" 0 ffffffffffffffff applied \"answer 503\"\n";

TEST(DecisionLog, HashesItsLinesInOrderWhateverOrderTheyCameIn) {
  const auto crypto = tls::make_crypto();
  std::vector<size_t> order{0, 1, 2, 3};
  do {
    DecisionLog log;
    for (const size_t at : order) {
      log.add(kLines[at]);
    }

    EXPECT_EQ(log.hash_hex(*crypto), crypto->sha256_hex(kSorted));
    EXPECT_EQ(log.size(), 4U);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(DecisionLog, ChangesItsHashWithEveryPartOfALine) {
  const auto crypto = tls::make_crypto();
  const DecisionLine base = kLines[0];
  std::vector<DecisionLine> variants(7, base);
  variants[0].rule = "c";
  variants[1].scope = "run";
  variants[2].key = "GET /z";
  variants[3].occurrence = 3;
  variants[4].draw = 6;
  variants[5].verdict = "bypassed";
  variants[6].action = "delay 2 ns";
  DecisionLog reference;
  reference.add(base);

  for (const auto& variant : variants) {
    DecisionLog log;
    log.add(variant);

    EXPECT_NE(log.hash_hex(*crypto), reference.hash_hex(*crypto));
  }
}

TEST(DecisionLog, GivesNoHashForAPart) {
  const auto crypto = tls::make_crypto();
  const DecisionLog empty;
  DecisionLog full(2);
  for (const auto& line : kLines) {
    full.add(line);
  }

  EXPECT_EQ(empty.hash_hex(*crypto), "");
  EXPECT_EQ(full.hash_hex(*crypto), "");
  EXPECT_EQ(full.size(), 4U);
}

}  // namespace
}  // namespace faultline::run
