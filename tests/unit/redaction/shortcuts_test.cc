// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What the engine leaves out: a second look at what is known to be at rest, a second keyed hash of
// a value that it met before. Beside an engine that leaves nothing out.
#include "redaction/classes.h"
#include "redaction/engine.h"
#include "redaction/sampler.h"
#include "redaction/surrogate.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::redaction::testing {
namespace {

using EditKey = std::tuple<uint32_t, uint32_t, ClassId, std::string, Rule, Operator, uint32_t>;

std::vector<EditKey> keys_of(const Edits& edits) {
  std::vector<EditKey> keys;
  for (const auto& edit : edits) {
    keys.emplace_back(edit.begin, edit.end, edit.class_id, edit.text, edit.origin.rule,
                      edit.origin.op, edit.origin.place);
  }
  return keys;
}

std::vector<EditKey> document_edits(Engine& engine, std::string_view text) {
  Edits edits;
  engine.edit_document(text, edits);
  return keys_of(edits);
}

std::vector<EditKey> form_edits(Engine& engine, std::string_view text) {
  Edits edits;
  engine.edit_form(text, edits);
  return keys_of(edits);
}

// Two engines, the second without shortcuts.
class EngineTwins {
 public:
  EngineTwins() { slow_.set_shortcuts(false); }
  Engine& slow() { return slow_; }
  size_t expect_same_edits(const std::string& text) {
    const auto slow = document_edits(slow_, text);
    EXPECT_EQ(document_edits(fast_, text), slow) << text;
    EXPECT_EQ(form_edits(fast_, text), form_edits(slow_, text)) << text;
    return slow.size();
  }

 private:
  const OperatorTable policy_;
  Engine fast_{fake_crypto(), "key", policy_, nullptr};
  Engine slow_{fake_crypto(), "key", policy_, nullptr};
};

std::string value_of_row(Dice& dice) {
  const auto& row = dice.pick(kPatterns);
  return sample_of(row.pattern, row.check, dice.below(1000000)).value_or("none");
}

std::string surrogate_of(Dice& dice) {
  const Surrogates surrogates(fake_crypto(), "key");
  const auto id = static_cast<ClassId>(dice.below(kClasses.size()));
  const std::string& value = dice.pick(samples()).value;
  switch (dice.below(3)) {
    case 0:
      return surrogates.for_value(id, value);
    case 1:
      return surrogates.for_named(id, value);
    default:
      return surrogates.tag(id, value);
  }
}

// A text of surrogates needs no edit, whatever its class and its value.
TEST(Shortcuts, NothingIsFoundInASurrogateThatIsFixed) {
  const Surrogates surrogates(fake_crypto(), "key");
  EngineTwins twins;
  size_t fixed = 0;
  for (size_t id = 0; id < kClasses.size(); ++id) {
    for (uint64_t seed = 0; seed < 60; ++seed) {
      const std::string value = samples()[seed % samples().size()].value + std::to_string(seed);
      for (const auto& text : {surrogates.tag(static_cast<ClassId>(id), value),
                               surrogates.for_value(static_cast<ClassId>(id), value),
                               surrogates.for_named(static_cast<ClassId>(id), value)}) {
        if (!Surrogates::is_fixed(text)) continue;
        EXPECT_TRUE(document_edits(twins.slow(), text).empty()) << text;
        EXPECT_TRUE(form_edits(twins.slow(), text).empty()) << text;
        ++fixed;
      }
    }
  }
  EXPECT_GT(fixed, kClasses.size() * 60);
}

// Of a number in groups those behind the first may be a card number themselves.
TEST(Shortcuts, NoCardNumberStandsInTheGroupsOfASurrogate) {
  EXPECT_FALSE(Surrogates::is_fixed("0084 3664 5616 9753 300"));
  EXPECT_FALSE(Surrogates::is_fixed("0013 6759 5561 6262"));
  EXPECT_TRUE(Surrogates::is_fixed("0000 0000 0000 0000 000"));

  const Surrogates surrogates(fake_crypto(), "key");
  EngineTwins twins;
  size_t fixed = 0;
  for (uint64_t number = 0; number < 20000; ++number) {
    const std::string digits = std::to_string(1000000000000000000U + number * 7919U);
    std::string grouped;
    for (size_t i = 0; i < digits.size(); ++i)
      grouped += (i % 4 == 0 && i > 0 ? " " : "") + digits.substr(i, 1);
    const std::string text = surrogates.for_value(ClassId::CardPan, grouped);
    ASSERT_TRUE(surrogates.is_surrogate(text)) << text;
    fixed += Surrogates::is_fixed(text) ? 1 : 0;
    EXPECT_TRUE(document_edits(twins.slow(), text).empty()) << grouped << " became " << text;
  }
  EXPECT_EQ(fixed, 20000U);
}

TEST(Shortcuts, ATokenOfDigitsAloneIsNotFixed) {
  EXPECT_TRUE(Surrogates::is_fixed("redacted-phone-234567a234567"));
  EXPECT_FALSE(Surrogates::is_fixed("redacted-phone-2345672345672"));
  EXPECT_FALSE(Surrogates::is_fixed("redacted-phone-234567a234567 "));
  EXPECT_FALSE(Surrogates::is_fixed("redacted-nobody-234567a234567"));
  EXPECT_FALSE(Surrogates::is_fixed("192.0.2.7"));
}

TEST(Shortcuts, ChangeNoEditOfOneValue) {
  EngineTwins twins;
  Dice dice(seed_of_the_day());
  size_t edits = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string value = dice.below(2) == 0 ? value_of_row(dice) : dice.pick(samples()).value;
    edits += twins.expect_same_edits(value);
  }
  EXPECT_GT(edits, 1000U);
}

// Values, surrogates and what announces them, glued and apart, over and over.
TEST(Shortcuts, ChangeNoEditOfGluedValues) {
  const std::vector<std::string> words = {
      "Bearer ", "pin=",      "<pin>", "token: ", "8Q~", "7Q~a1.", "Basic ", " ",       "&", "ssn ",
      "\n",      "password=", "eyJ",   "</pin>",  "sk-", "@",      "%41",    "\\u0041", "-", "a1 "};
  EngineTwins twins;
  Dice dice(seed_of_the_day());
  size_t edits = 0;
  for (int round = 0; round < 700; ++round) {
    std::vector<std::string> parts;
    for (uint64_t count = 1 + dice.below(6); count > 0; --count) {
      switch (dice.below(4)) {
        case 0:
          parts.push_back(value_of_row(dice));
          break;
        case 1:
          parts.push_back(surrogate_of(dice));
          break;
        default:
          parts.emplace_back(dice.pick(words));
      }
    }
    std::string text;
    for (uint64_t count = 1 + dice.below(90); count > 0; --count) {
      text += dice.below(3) == 0 ? dice.pick(parts) : parts[count % parts.size()];
    }
    edits += twins.expect_same_edits(text);
  }
  EXPECT_GT(edits, 700U);
}

// Counts the keyed hashes.
class CountingCrypto final : public Crypto {
 public:
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override { return nullptr; }
  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override {
    ++hashed;
    return fake_crypto().hmac_sha256(key, bytes);
  }
  [[nodiscard]] std::string random_bytes(size_t count) const override {
    return std::string(count, 'r');
  }
  mutable size_t hashed = 0;
};

TEST(Shortcuts, AValueOverAndOverIsHashedOnce) {
  for (const std::string_view unit : {"<pin> ", "pin=a1 ", "AccountKey=a1 ", "a@b.example "}) {
    const CountingCrypto crypto;
    const OperatorTable policy;
    Engine engine(crypto, "key", policy, nullptr);
    std::string text;
    for (int i = 0; i < 500; ++i) text += unit;

    const size_t edits = document_edits(engine, text).size();

    EXPECT_GE(edits, 499U) << unit;
    EXPECT_LE(crypto.hashed, 8U) << unit;
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
