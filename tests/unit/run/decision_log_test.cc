// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/decision_log.h"

#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
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

// Digests that a test chooses: of texts it does not know, the text itself.
class ChosenCrypto final : public Crypto {
 public:
  explicit ChosenCrypto(std::map<std::string, std::string> digests)
      : digests_(std::move(digests)) {}

  class Digest final : public Sha256 {
   public:
    explicit Digest(const std::map<std::string, std::string>& digests) : digests_(digests) {}
    void update(std::string_view bytes) noexcept override { text_ += bytes; }
    std::string finish_hex() override {
      const auto found = digests_.find(text_);
      return found == digests_.end() ? text_ : found->second;
    }

   private:
    const std::map<std::string, std::string>& digests_;
    std::string text_;
  };
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override {
    return std::make_unique<Digest>(digests_);
  }
  [[nodiscard]] std::string hmac_sha256(std::string_view, std::string_view) const override {
    return {};
  }
  [[nodiscard]] std::string random_bytes(size_t) const override { return {}; }

 private:
  std::map<std::string, std::string> digests_;
};

TEST(DecisionLog, AddsTheDigestsOfItsLinesAsNumbers) {
  struct Case {
    std::string_view what;
    std::vector<std::string> digests;
    std::string sum;
  };
  const std::string zeros(48, '0');
  const std::string ones(48, 'f');
  const std::string none(16, '0');
  const std::string all(16, 'f');
  const Case cases[] = {
      {"one", {zeros + "00000000000000ab"}, zeros + "00000000000000ab"},
      {"a carry into the next word",
       {zeros + all, zeros + "0000000000000002"},
       std::string(32, '0') + "0000000000000001" + "0000000000000001"},
      {"a carry through every word, and out",
       {ones + all, zeros + "0000000000000001"},
       zeros + none},
      {"a carry that meets a word of all ones twice",
       {ones + all, ones + all},
       ones + "fffffffffffffffe"},
      {"the most significant word comes first",
       {"0000000000000001" + zeros, "0000000000000002" + zeros},
       "0000000000000003" + zeros},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.what);
    std::map<std::string, std::string> digests;
    for (size_t i = 0; i < c.digests.size(); ++i) {
      digests["r s \"\" " + std::to_string(i) + " 0000000000000000 v \"a\"\n"] = c.digests[i];
    }
    const ChosenCrypto crypto(digests);
    DecisionLog log(crypto);

    for (size_t i = 0; i < c.digests.size(); ++i) log.add({"r", "s", "", i, 0, "v", "a"});

    EXPECT_EQ(log.hash_hex(), c.sum + " " + std::to_string(c.digests.size()) + "\n");
  }
}

TEST(DecisionLog, HashesTheLineThatTheHeaderDraws) {
  const auto crypto = tls::make_crypto();
  DecisionLog log(*crypto);

  log.add(kLines[2]);

  const std::string line = "a route \"GET /y \\\"z\\\"\" 0 0000000000000009 applied \"retype\"\n";
  EXPECT_EQ(log.hash_hex(), crypto->sha256_hex(crypto->sha256_hex(line) + " 1\n"));
}

TEST(DecisionLog, HasOneHashForAllOrders) {
  const auto crypto = tls::make_crypto();
  DecisionLog first(*crypto);
  for (const auto& line : kLines) first.add(line);
  std::vector<size_t> order{0, 1, 2, 3};
  do {
    DecisionLog log(*crypto);
    for (const size_t at : order) {
      log.add(kLines[at]);
    }

    EXPECT_EQ(log.hash_hex(), first.hash_hex());
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
  DecisionLog reference(*crypto);
  reference.add(base);

  for (const auto& variant : variants) {
    DecisionLog log(*crypto);
    log.add(variant);

    EXPECT_NE(log.hash_hex(), reference.hash_hex());
  }
}

TEST(DecisionLog, TellsHowOftenADecisionWasTaken) {
  const auto crypto = tls::make_crypto();
  std::vector<std::string> hashes;
  DecisionLog log(*crypto);

  for (int i = 0; i < 4; ++i) {
    log.add(kLines[0]);
    hashes.push_back(log.hash_hex());
  }

  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(DecisionLog, HasNoHashWithoutDecisions) {
  const auto crypto = tls::make_crypto();
  const DecisionLog empty(*crypto);

  EXPECT_EQ(empty.hash_hex(), "");
  EXPECT_EQ(empty.size(), 0U);
}

}  // namespace
}  // namespace faultline::run
