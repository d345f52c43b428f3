// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/lexicon.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction {
namespace {

TEST(Lexicon, KnowsNamesInAnySpelling) {
  for (const std::string name :
       {"password", "Password", "PASSWORD", "pass_word", "user[password]", "user.password",
        "clientSecret", "client-secret", "client_secret", "X-Api-Key", "access token",
        "accessToken", "stripe_api_key", "DB_PASSWORD", "old.smtp.password", "$password",
        "github-access-token"}) {
    EXPECT_EQ(classify_name(name), NameKind::Secret) << name;
  }
  for (const std::string name : {"email", "E-Mail", "firstName", "customer[phone_number]", "ssn",
                                 "billing.emailAddress", "date_of_birth", "card-number"}) {
    EXPECT_EQ(classify_name(name), NameKind::Pii) << name;
  }
  EXPECT_EQ(classify_name("Authorization"), NameKind::Auth);
  EXPECT_EQ(classify_name("Set-Cookie"), NameKind::SetCookie);
  EXPECT_EQ(classify_name("name"), NameKind::PairName);
  EXPECT_EQ(classify_name("value"), NameKind::PairValue);
}

TEST(Lexicon, KnowsNoNameBecauseOfAPartOfIt) {
  for (const std::string name : {"public_key",
                                 "key_id",
                                 "keyword",
                                 "monkey",
                                 "turkey",
                                 "author",
                                 "accessor",
                                 "tokens",
                                 "token_type",
                                 "tokenizer",
                                 "next_page_token",
                                 "passenger",
                                 "compass",
                                 "spinning",
                                 "sidebar",
                                 "expiry",
                                 "phonetic",
                                 "emails_enabled",
                                 "address_count",
                                 "id",
                                 "code",
                                 "status",
                                 "title",
                                 "x.name",
                                 "x.value",
                                 "",
                                 "a",
                                 "password_policy"}) {
    const NameKind kind = classify_name(name);
    EXPECT_FALSE(decides(kind)) << name << " is " << static_cast<int>(kind);
  }
}

TEST(Lexicon, KnowsHeadersOfEachKind) {
  const struct {
    std::string name;
    NameKind want;
  } cases[] = {
      {"Authorization", NameKind::Auth},
      {"proxy-authorization", NameKind::Auth},
      {"Cookie", NameKind::Cookie},
      {"Set-Cookie", NameKind::SetCookie},
      {"X-API-Key", NameKind::ApiKeyHeader},
      {"X-Amz-Security-Token", NameKind::ApiKeyHeader},
      {"X-Hub-Signature-256", NameKind::SignatureHeader},
      {"X-Forwarded-For", NameKind::ClientIpHeader},
      {"CF-Connecting-IP", NameKind::ClientIpHeader},
      {"X-Forwarded-Client-Cert", NameKind::ClientCert},
      {"Referer", NameKind::Url},
      {"X-Acme-Api-Key", NameKind::Secret},
      {"X-User-Email", NameKind::Pii},
      {"Content-Type", NameKind::None},
      {"ETag", NameKind::None},
      {"Host", NameKind::None},
      {"Name", NameKind::None},
      {"X-Request-Id", NameKind::None},
  };
  for (const auto& c : cases) EXPECT_EQ(classify_header(c.name), c.want) << c.name;
}

TEST(Lexicon, CacheAnswersAsTheLexiconDoes) {
  NameCache cache;
  const std::string names[] = {
      "password", "id", "email", "password",
      "",         "p",  "x",     "a_name_that_is_longer_than_a_slot_of_the_cache_password"};
  for (int round = 0; round < 3; ++round) {
    for (const auto& name : names) EXPECT_EQ(cache.find(name).kind, classify_name(name)) << name;
  }
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "member" + std::to_string(i) + (i % 3 == 0 ? "_secret" : "");
    EXPECT_EQ(cache.find(name).kind, classify_name(name)) << name;
  }
}

TEST(Lexicon, CacheOfHeadersAnswersAsTheirLexiconDoes) {
  NameCache cache(classify_header);
  for (int round = 0; round < 2; ++round) {
    for (const std::string_view name : {"Authorization", "Cookie", "X-Request-Id", "Location"}) {
      EXPECT_EQ(cache.find(name).kind, classify_header(name)) << name;
    }
  }
}

TEST(Lexicon, CacheForgetsWhatWasSaidOfAnotherName) {
  NameCache cache;
  cache.find("first").is_clean = true;

  EXPECT_TRUE(cache.find("first").is_clean);
  EXPECT_FALSE(cache.find("other").is_clean);
}

}  // namespace
}  // namespace faultline::redaction
