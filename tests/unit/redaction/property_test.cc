// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What must hold for any text, on texts from the project's own randomness.
#include "proxy/base/text.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

constexpr int kRounds = 3000;
constexpr std::string_view kAlnum =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

std::string random_card(Dice& dice) {
  std::string digits = "4" + dice.text("0123456789", 14);
  unsigned sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    unsigned value = static_cast<unsigned>(digits[digits.size() - 1 - i] - '0');
    if (i % 2 == 0) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

// A value that nobody has seen before, of a random class.
std::string random_secret(Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return dice.text("abcdefghijklmnopqrstuvwxyz", 6) + "@" +
             dice.text("abcdefghijklmnopqrstuvwxyz", 7) + ".example";
    case 1:
      return random_card(dice);
    case 2:
      return std::string("ghp_") + dice.text(kAlnum, 36);
    case 3:
      return std::string("AKIA") + dice.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
    case 4:
      return "+1" + dice.text("23456789", 10);
    default:
      return "fl-canary-" + dice.text(kAlnum, 12);
  }
}

std::string random_word(Dice& dice) {
  static const std::vector<std::string> kWords = {"shop",
                                                  "a",
                                                  "the",
                                                  "42",
                                                  "true",
                                                  "2026-02-03",
                                                  "https://x.example/p?q=1",
                                                  "ok",
                                                  "x-y_z",
                                                  "9.99",
                                                  "%41",
                                                  "\\u0041",
                                                  "+",
                                                  "@",
                                                  "=",
                                                  ":",
                                                  "password",
                                                  "token:",
                                                  "u-",
                                                  "redacted-",
                                                  "//",
                                                  "\"",
                                                  "'",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "&",
                                                  ";",
                                                  "<b>",
                                                  "</b>",
                                                  "\\n",
                                                  "\n",
                                                  " ",
                                                  "eyJ",
                                                  "Bearer ",
                                                  "Basic ",
                                                  "://",
                                                  "4111",
                                                  "DE89",
                                                  "-----BEGIN ",
                                                  "PRIVATE KEY-----",
                                                  "sk-",
                                                  ".",
                                                  "-",
                                                  "_"};
  return dice.pick(kWords);
}

std::string random_json(Dice& dice, const std::string& secret, unsigned depth) {
  static const std::vector<std::string> kNames = {"id",   "name",  "value", "items",    "note",
                                                  "data", "state", "x y",   "\\u006bey"};
  const uint64_t shape = depth > 4 ? 0 : dice.below(4);
  if (shape == 0) return json_quote(dice.below(3) == 0 ? "see " + secret + " now" : secret);
  if (shape == 1) return json_quote(random_json(dice, secret, depth + 1));
  std::string out = shape == 2 ? "[" : "{";
  const uint64_t members = 1 + dice.below(4);
  const uint64_t holder = dice.below(members);
  for (uint64_t i = 0; i < members; ++i) {
    if (i > 0) out += dice.below(2) == 0 ? "," : " ,\n ";
    if (shape == 3) {
      out += '"' + std::string(dice.pick(kNames)) + std::to_string(i) + "\":";
    }
    out += i == holder ? random_json(dice, secret, depth + 1) : std::to_string(dice.below(100000));
  }
  return out + (shape == 2 ? "]" : "}");
}

std::vector<std::string> spellings(const std::string& secret) {
  std::string escaped;
  json_escape_to(escaped, secret);
  return {secret, escaped, percent_encode(secret), base64_encode(secret), hex_encode(secret)};
}

// Nesting beyond what the redactor undoes hides nothing here: a secret has no character that JSON
// escapes.
TEST(RedactionProperty, NoSecretSurvivesInAnyJson) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Dice dice(seed);
    const std::string secret = random_secret(dice);
    const std::string body = random_json(dice, secret, 0);
    ASSERT_TRUE(is_valid_json(body)) << "seed " << seed;

    const auto redacted = make_redactor()->redact(json_message(body).view());

    ASSERT_TRUE(is_valid_json(redacted.body())) << "seed " << seed << "\n" << redacted.body();
    for (const auto& spelling : spellings(secret)) {
      ASSERT_EQ(redacted.body().find(spelling), std::string::npos) << "seed " << seed << "\n"
                                                                   << body << "\n"
                                                                   << redacted.body();
    }
  }
}

TEST(RedactionProperty, NoSecretSurvivesLayersOfEncoding) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Dice dice(seed);
    const std::string secret = random_secret(dice);
    std::string text = "<" + secret + ">";
    std::string layers;
    for (uint64_t i = dice.below(3); i-- > 0;) {
      switch (dice.below(4)) {
        case 0:
          text = base64_encode("left " + text + " right"), layers += " base64";
          break;
        case 1:
          text = percent_encode(text), layers += " percent";
          break;
        case 2:
          text = json_quote(text), layers += " json";
          break;
        default:
          text = hex_encode("left " + text), layers += " hex";
          break;
      }
    }
    const auto redactor = make_redactor();

    const auto out = redactor->redact_text("x " + text + " y");

    ASSERT_FALSE(redactor->totals().empty()) << "seed " << seed << layers << "\n" << text;
    for (const auto& spelling : spellings(secret)) {
      ASSERT_EQ(out.view().find(spelling), std::string::npos) << "seed " << seed << layers << "\n"
                                                              << text << "\n"
                                                              << out.view();
    }
  }
}

std::string random_text(Dice& dice) {
  std::string text;
  for (uint64_t words = 1 + dice.below(12); words-- > 0;) {
    text += dice.below(4) == 0 ? random_secret(dice) : random_word(dice);
    if (dice.below(2) == 0) text += ' ';
  }
  return text;
}

void expect_stable(Redactor& redactor, const std::string& text) {
  const auto once = redactor.redact_text(text).view();
  const auto twice = redactor.redact_text(once).view();

  ASSERT_EQ(twice, once) << text;
}

TEST(RedactionProperty, RedactingTwiceChangesNothing) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    ASSERT_NO_FATAL_FAILURE(expect_stable(*make_redactor(), random_text(dice)));
  }
}

TEST(RedactionProperty, RedactingTwiceChangesNothingWithEveryPack) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    const auto redactor = Redactor::create({{"default", "opt-in"}}, fake_crypto(), "test key");
    ASSERT_TRUE(redactor.has_value());
    std::string text = random_text(dice);
    if (dice.below(2) == 0) text += " /home/" + dice.text("abcdefgh._-", 6);
    if (dice.below(2) == 0) text += dice.text("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789_-/+", 40);
    ASSERT_NO_FATAL_FAILURE(expect_stable(**redactor, text));
  }
}

TEST(RedactionProperty, RedactingJsonTwiceChangesNothing) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Dice dice(seed);
    const std::string body = random_json(dice, random_secret(dice), 0);
    const auto redactor = make_redactor();

    const auto once = redactor->redact(json_message(body).view()).body();

    ASSERT_EQ(redactor->redact(json_message(once).view()).body(), once) << "seed " << seed;
  }
}

TEST(RedactionProperty, RedactingAMessageTwiceChangesNothing) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Dice dice(seed);
    const std::string secret = random_secret(dice);
    Message message;
    message.target = "/" + random_word(dice) + "/" + percent_encode(secret) +
                     "?token=" + random_word(dice) + "&q=" + percent_encode(random_word(dice));
    message.fields = {
        {"Authorization", random_word(dice) + random_secret(dice)},
        {"Cookie", "a=" + secret + "; " + random_word(dice) + "=" + random_word(dice)},
        {"X-Forwarded-For", random_word(dice) + ", 10.0.0.1"},
        {"X-Any", random_word(dice) + secret + random_word(dice)},
        {"Content-Type", "application/x-www-form-urlencoded"}};
    message.body = "email=" + percent_encode(secret) + "&pin=" + random_word(dice);
    const auto redactor = make_redactor();
    const auto once = redactor->redact(message.view());
    Message again = message;
    again.target = once.target();
    again.body = once.body();
    for (size_t i = 0; i < again.fields.size(); ++i)
      again.fields[i].second = once.fields()[i].value;

    const auto twice = redactor->redact(again.view());

    ASSERT_EQ(twice.target(), once.target()) << "seed " << seed << " " << message.target;
    ASSERT_EQ(twice.body(), once.body()) << "seed " << seed << " " << message.body;
    for (size_t i = 0; i < again.fields.size(); ++i) {
      ASSERT_EQ(twice.fields()[i].value, once.fields()[i].value)
          << "seed " << seed << " " << message.fields[i].second;
    }
  }
}

// Any bytes: no crash, no invalid JSON from valid, nothing outside the replaced.
TEST(RedactionProperty, TakesAnyBytes) {
  for (uint64_t seed = 1; seed <= kRounds; ++seed) {
    Dice dice(seed);
    std::string text;
    for (uint64_t parts = dice.below(20); parts-- > 0;) {
      text += dice.below(2) == 0 ? random_word(dice)
                                 : std::string(1, static_cast<char>(dice.below(256)));
    }
    const auto redactor = make_redactor();

    const auto out = redactor->redact_text(text);

    ASSERT_TRUE(!redactor->totals().empty() || out.view() == text) << "seed " << seed;
    static_cast<void>(redactor->redact_value(text, text));
    static_cast<void>(redactor->redact(json_message(text).view()));
  }
}

// Texts made to send a scanner back again and again. The budget is generous: the square of these
// lengths would be minutes.
TEST(RedactionProperty, StaysLinearOnHostileTexts) {
  const std::string_view units[] = {"a@",
                                    "4111 ",
                                    "4",
                                    "eyJ-",
                                    "eyJhbGciOiJIUzI1NiJ9.",
                                    "password=",
                                    "password:\"",
                                    "://",
                                    "a://b:",
                                    "<",
                                    ">",
                                    "a>",
                                    "-----BEGIN ",
                                    "-----BEGIN PRIVATE KEY-----",
                                    "sk-",
                                    "glpat-",
                                    "YWFh/",
                                    "YWFhYWFhYWFhYWFh",
                                    "DE89 ",
                                    "+1 ",
                                    "%25",
                                    "\\\\",
                                    "\\u005c",
                                    "{\"a\":",
                                    "[",
                                    "\"",
                                    "&a=",
                                    "bearer ",
                                    "AKIA",
                                    "token: "};
  for (const auto unit : units) {
    SCOPED_TRACE(unit);
    std::string text;
    while (text.size() < 200000) text += unit;
    const auto redactor = make_redactor();

    const auto out = redactor->redact_text(text);

    EXPECT_LE(out.view().size(), text.size() * 20);
  }
}

}  // namespace
}  // namespace faultline::redaction::testing
