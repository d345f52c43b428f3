// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Every validator against check_vectors.py, which computes the same check digits from their
// definitions: what either gets wrong, the other does not repeat.
#include "redaction/validate/check.h"
#include "redaction/validate/codes.h"
#include "redaction/validate/entropy.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace faultline::redaction::validate {
namespace {

struct Vector {
  std::string check;
  bool valid = false;
  std::string value;
};

std::vector<Vector> vectors(uint64_t seed) {
  const std::string command = "python3 " + std::string(FL_SOURCE_DIR) +
                              "/tests/unit/redaction/check_vectors.py " + std::to_string(seed);
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::vector<Vector> out;
  std::array<char, 512> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    std::string text(line.data());
    text.pop_back();
    const size_t first = text.find('\t');
    const size_t second = text.find('\t', first + 1);
    out.push_back({text.substr(0, first), text[first + 1] == '1', text.substr(second + 1)});
  }
  EXPECT_EQ(pclose(pipe), 0);
  return out;
}

void expect_agreement(uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto all = vectors(seed);
  ASSERT_GT(all.size(), 5000U);
  std::map<std::string, std::array<size_t, 2>> judged;
  for (const auto& [name, valid, value] : all) {
    ++judged[name][valid ? 1 : 0];
    if (name == "CrcBase62") {
      EXPECT_EQ(crc_base62(value), valid) << value;
      continue;
    }
    const Check check = check_by_name(name);
    ASSERT_NE(check, Check::None) << name;
    EXPECT_EQ(holds(check, value), valid) << name << " " << value;
  }
  for (const auto& [name, counts] : judged) {
    EXPECT_GT(counts[1], 30U) << name;
    // A CPR has no check digit to break; of the others most mutations are wrong.
    EXPECT_GT(counts[0], 3U) << name;
  }
}

TEST(Validators, AgreeWithTheIndependentOnes) { expect_agreement(20260203); }

TEST(Validators, AgreeWithTheIndependentOnesOnTheSeedOfTheDay) {
  const uint64_t seed = redaction::testing::seed_of_the_day();
  RecordProperty("seed", std::to_string(seed));
  expect_agreement(seed);
}

TEST(Validators, RefuseWhatIsNoIdentifierAtAll) {
  constexpr size_t kChecks = static_cast<size_t>(Check::ZaId) + 1;
  for (size_t i = 1; i < kChecks; ++i) {
    const auto check = static_cast<Check>(i);
    for (const std::string value : {"", "0", "-", "A", "AAAAAAAAA", "................"}) {
      EXPECT_FALSE(holds(check, value)) << check_name(check) << " '" << value << "'";
    }
    const std::string huge(5000, '7');
    (void)holds(check, huge);
  }
}

TEST(Validators, KnowPublishedExamples) {
  const struct {
    Check check;
    std::string value;
    bool want;
  } cases[] = {
      {Check::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", true},  // EIP-55
      {Check::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", false},
      {Check::Bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true},  // BIP 173
      {Check::Bech32, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false},
      {Check::Base58Check, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", true},
      {Check::Base58Check, "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", false},
      {Check::Verhoeff, "2363", true},  // Verhoeff's own example: 236 and 3
      {Check::Verhoeff, "2364", false},
      {Check::SecurityId, "US0378331005", true},
      {Check::UsNpi, "1234567893", true},
      {Check::UkNhs, "943 476 5919", true},
      {Check::IpAddress, "203.0.113.7", true},
      {Check::IpAddress, "203.0.113.256", false},
      {Check::IpAddress, "127.0.0.1", false},
      {Check::IpAddress, "2001:db8::7", true},
      {Check::IpAddress, "1:2:3", false},
      {Check::MacAddress, "00:00:00:00:00:00", false},
      {Check::MacAddress, "3c:22:fb:01:02:03", true},
      {Check::PhoneNational, "2026-02-03", false},
      {Check::PhoneNational, "(415) 555-2671", true},
      {Check::Track, "4111111111111111^DOE/J^2512", true},
      {Check::Track, "4111111111111112^DOE/J^2512", false},
      {Check::EuVat, "DE136695976", true},
      {Check::EuVat, "DE136695977", false},
      {Check::EuVat, "ATU13585627", true},
      {Check::EuVat, "QQ123456789", false},
  };
  for (const auto& c : cases) EXPECT_EQ(holds(c.check, c.value), c.want) << c.value;
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

TEST(Rarity, TellsDrawnTokensFromWhatPeopleWrite) {
  for (const std::string text :
       {"internationalization2024", "getUserAccountSettings2", "customer-reference-number-17",
        "550e8400-e29b-41d4-a716-446655440000", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        "the-quick-brown-fox-99", "AbstractSingletonProxyFactoryBean1"}) {
    EXPECT_FALSE(token_like(text)) << text;
  }
  redaction::testing::Dice dice(11);
  constexpr size_t kDraws = 400;
  size_t found = 0;
  for (size_t i = 0; i < kDraws; ++i) {
    found +=
        token_like(dice.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32))
            ? 1
            : 0;
  }
  EXPECT_GE(found, kDraws * 95 / 100);
}

}  // namespace
}  // namespace faultline::redaction::validate
