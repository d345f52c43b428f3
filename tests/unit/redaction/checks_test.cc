// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/checks.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction {
namespace {

TEST(Checks, LuhnAcceptsValidNumbersAndNoOneDigitChange) {
  for (const std::string valid : {"79927398713", "4111111111111111", "378282246310005", "0"}) {
    SCOPED_TRACE(valid);
    EXPECT_TRUE(luhn_ok(valid));
    for (size_t i = 0; i < valid.size(); ++i) {
      std::string changed = valid;
      changed[i] = static_cast<char>('0' + (changed[i] - '0' + 1) % 10);
      EXPECT_FALSE(luhn_ok(changed)) << changed;
    }
  }
}

TEST(Checks, LuhnRefusesWhatIsNotDigits) {
  for (const std::string text : {"", "4111 1111 1111 1111", "411111111111111a", "-18"}) {
    EXPECT_FALSE(luhn_ok(text)) << text;
  }
}

TEST(Checks, CardNumbersNeedAnIssuerThatIssuesTheirLength) {
  const struct {
    std::string number;
    bool want;
  } cases[] = {
      {"4111111111111111", true},                                // 16, Visa
      {"4222222222222", true},                                   // 13, Visa
      {"411111111111116", false},                                // 15: Visa issues none
      {"5555555555554444", true},                                // Mastercard
      {"2223003122003222", true},                                // Mastercard, 2-series
      {"2220990000000007", false},                               // just below the 2-series
      {"378282246310005", true},                                 // American Express
      {"3782822463100054", false},                               // 16 digits of American Express
      {"6011111111111117", true},                                // Discover
      {"3566002020360505", true},                                // JCB
      {"30569309025904", true},                                  // Diners, 14
      {"6200000000000005", true},                                // UnionPay
      {"6759649826438453", true},                                // Maestro
      {"2200000000000004", true},                                // Mir
      {"1111111111111117", false},                               // no issuer
      {"0000000000000000", false},                               // no issuer
      {"9999999999999995", false},                               // no issuer
      {"1594312345678", false},                                  // a time in milliseconds
      {"4111111111111112", false},                               // checksum
      {"41111111111111111111", false}, {"411111111116", false},  // 12 digits of Visa
  };
  for (const auto& c : cases) EXPECT_EQ(is_card_number(c.number), c.want) << c.number;
}

// The table of first digits is a short cut: it must refuse nothing that sum and ranges take.
TEST(Checks, CardNumbersAreThoseOfTheRangesWithAValidSum) {
  size_t issued = 0;
  for (unsigned front = 0; front < 10000; ++front) {
    for (size_t length = 12; length <= 19; ++length) {
      std::string number = std::to_string(front + 10000).substr(1) + "0733190";
      number.resize(length - 1, '7');
      number += '0';
      while (!luhn_ok(number)) ++number.back();
      EXPECT_EQ(is_card_number(number), card_range_ok(number)) << number;
      issued += card_range_ok(number) ? 1 : 0;
    }
  }
  EXPECT_GT(issued, 5000U);
}

TEST(Checks, IbanNeedsCountryLengthAndChecksum) {
  const struct {
    std::string iban;
    bool want;
  } cases[] = {
      {"DE89370400440532013000", true},
      {"GB82WEST12345698765432", true},
      {"FR1420041010050500013M02606", true},
      {"NO9386011117947", true},
      {"MT84MALT011000012345MTLCAST001S", true},
      {"DE88370400440532013000", false},  // checksum
      {"DE8937040044053201300", false},   // a digit short
      {"ZZ89370400440532013000", false},  // no country
      {"de89370400440532013000", false},  // lower case
      {"DEAB370400440532013000", false},  // check digits
      {"", false},
      {"DE89", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_iban(c.iban), c.want) << c.iban;
}

TEST(Checks, IbanChecksumHoldsForAnyCountryCode) {
  EXPECT_TRUE(iban_checksum_ok("GB82WEST12345698765432"));
  EXPECT_FALSE(iban_checksum_ok("GB82WEST12345698765423"));
  EXPECT_EQ(iban_length("DE"), 22U);
  EXPECT_EQ(iban_length("XX"), 0U);
  EXPECT_EQ(iban_length("AD"), 24U);
  EXPECT_EQ(iban_length("YE"), 30U);
}

}  // namespace
}  // namespace faultline::redaction
