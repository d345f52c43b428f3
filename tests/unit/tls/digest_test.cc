// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/tls/digest.h"

#include "proxy/base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::tls {
namespace {

struct DigestCase {
  std::string name;
  std::string input;
  std::string want;
};

// FIPS 180-4, examples of NIST.
const std::vector<DigestCase>& digest_cases() {
  static const std::vector<DigestCase> kCases{
      {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"one block", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a million a", std::string(1000000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  return kCases;
}

TEST(Digest, MatchesTheVectorsOfFips180) {
  const auto crypto = make_crypto();

  for (const auto& c : digest_cases()) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(crypto->sha256_hex(c.input), c.want);
  }
}

TEST(Digest, IsTheSameForAnySegmentation) {
  const auto crypto = make_crypto();
  const std::string input(1000, 'x');
  const std::string want = crypto->sha256_hex(input);

  for (const size_t step : {1UL, 3UL, 63UL, 64UL, 65UL, 999UL}) {
    SCOPED_TRACE(step);
    auto digest = crypto->sha256();
    for (size_t at = 0; at < input.size(); at += step) {
      digest->update(std::string_view(input).substr(at, step));
    }
    EXPECT_EQ(digest->finish_hex(), want);
  }
}

TEST(Digest, KeepsTwoRunningDigestsApart) {
  const auto crypto = make_crypto();
  auto one = crypto->sha256();
  auto two = crypto->sha256();

  one->update("a");
  two->update("x");
  one->update("bc");

  EXPECT_EQ(one->finish_hex(), digest_cases()[1].want);
  EXPECT_EQ(two->finish_hex(), crypto->sha256_hex("x"));
}

struct HmacCase {
  std::string name;
  std::string key;
  std::string input;
  std::string want_hex;
};

// RFC 4231, section 4 (test case 5 truncates and is left out), and an empty key.
TEST(Digest, MatchesTheHmacVectorsOfRfc4231) {
  const std::string key4 = *hex_decode("0102030405060708090a0b0c0d0e0f10111213141516171819");
  const std::vector<HmacCase> cases{
      {"case 1", std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"case 2", "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"case 3", std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {"case 4", key4, std::string(50, '\xcd'),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {"case 6", std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {"case 7", std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
      {"empty key and text", "", "",
       "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"},
  };
  const auto crypto = make_crypto();

  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(hex_encode(crypto->hmac_sha256(c.key, c.input)), c.want_hex);
    const auto mac = crypto->mac(c.key);
    EXPECT_EQ(hex_encode(mac->of(c.input)), c.want_hex);
    EXPECT_EQ(hex_encode(mac->of(c.input)), c.want_hex) << "one code leaves nothing for the next";
  }
}

TEST(Digest, TakesAnEmptyViewWithoutData) {
  const auto crypto = make_crypto();

  EXPECT_EQ(crypto->hmac_sha256(std::string_view(), std::string_view()),
            crypto->hmac_sha256("", ""));
  EXPECT_EQ(crypto->mac({})->of({}), crypto->hmac_sha256("", ""));
}

TEST(Digest, DrawsAsManyRandomBytesAsAskedAndNeverTheSame) {
  const auto crypto = make_crypto();

  EXPECT_EQ(crypto->random_bytes(0).size(), 0U);
  EXPECT_EQ(crypto->random_bytes(33).size(), 33U);
  EXPECT_NE(crypto->random_bytes(32), crypto->random_bytes(32));
}

}  // namespace
}  // namespace faultline::tls
