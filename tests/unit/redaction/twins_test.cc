// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Every fast path beside the slow one it stands for, on texts made to tell them apart.
#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/engine.h"
#include "redaction/name_filter.h"
#include "redaction/sampler.h"
#include "redaction/scanner.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::redaction::testing {
namespace {

constexpr std::string_view kAnything =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.:=>%\\+@/_\"'{}[],;<&!?\n";

constexpr std::array<std::string_view, 22> kNamesAndMarks{
    "password",    "api_key",       "user[password]", "x.secret",   "id",
    "e mail",      "Cookie",        "auth",           "name",       "value",
    "ssn",         "Authorization", "phone-number",   "\"query\":", "ip",
    "\"errors\":", "<password>",    "</password>",    "://",        "data: ",
    "my_number",   "tc kimlik"};

constexpr std::array<std::string_view, 12> kEdgy{"4111 1111 1111 1111",
                                                 "4111111111111111.0",
                                                 "4.111111111111111e15",
                                                 "123456789:AAbcdefghijklmnopqrstuvwxyz01234567",
                                                 "%61%40b.example",
                                                 "\\u0061@b.example",
                                                 "&#97;@b.example",
                                                 "YWxpY2VAZXhhbXBsZS5jb20gaXMgaGVyZQ",
                                                 "eyJeyJeyJ",
                                                 "https://u:p@h.example/x",
                                                 "Bearer abcdefgh12345678",
                                                 "-----BEGIN EC PRIVATE KEY-----"};

std::string sample_text(Dice& dice) {
  std::optional<std::string> value;
  if (dice.below(2) == 0) {
    const auto& row = dice.pick(kPatterns);
    value = sample_of(row.pattern, row.check, dice.below(1000000));
  } else {
    const auto& row = dice.pick(kContexts);
    value = sample_of(row.pattern, row.check, dice.below(1000000));
    // Behind a colon the name decides about the value, behind the others its form.
    constexpr std::array<std::string_view, 4> kBetween{": ", " ", " is ", " (new) "};
    const std::string word(row.words.substr(0, row.words.find('|')));
    if (value) value = word + std::string(dice.pick(kBetween)) + *value;
  }
  return value.value_or("none");
}

std::string piece(Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return sample_text(dice);
    case 1:
      return std::string(dice.pick(kNamesAndMarks)) + dice.text(":=> \"", 1);
    case 2:
      return dice.text("0123456789 -.e", 1 + dice.below(30));
    case 3:
      return std::string(dice.pick(kEdgy));
    case 4:
      return dice.pick(samples()).value;
    default:
      return dice.text(kAnything, 1 + dice.below(25));
  }
}

std::string any_text(Dice& dice) {
  std::string text;
  for (uint64_t pieces = 1 + dice.below(8); pieces > 0; --pieces) {
    text += piece(dice);
    if (dice.below(3) == 0) text += ' ';
  }
  return text;
}

using FindKey = std::tuple<size_t, size_t, ClassId, NameKind, bool>;

std::vector<FindKey> keys_of(const Scan& scan) {
  std::vector<FindKey> out;
  for (const auto& find : scan.finds) {
    out.emplace_back(find.range.begin, find.range.end, find.class_id, find.kind, find.quoted);
  }
  for (const auto& run : scan.runs) {
    out.emplace_back(run.begin, run.end, ClassId::GenericEntropy, NameKind::None, false);
  }
  out.emplace_back(scan.has_percent, scan.has_backslash, ClassId::KeySecret, NameKind::None, false);
  return out;
}

// Both ways of scanning a text, the second without any filter.
class ScanTwins {
 public:
  explicit ScanTwins(bool opt_in) : patterns_(opt_in), everywhere_(opt_in) {
    everywhere_.ask_everywhere();
  }
  void expect_same_finds(const std::string& text) {
    Scan fast;
    Scan slow;
    scan_text(text, names_, patterns_, fast);
    scan_text_slowly(text, names_, everywhere_, slow);
    EXPECT_EQ(keys_of(fast), keys_of(slow)) << text;
  }

 private:
  NameCache names_;
  PatternSet patterns_;
  PatternSet everywhere_;
};

TEST(Twins, MasksAndFiltersHideNoFind) {
  ScanTwins twins(true);
  Dice dice(seed_of_the_day());
  for (int round = 0; round < 4000; ++round) twins.expect_same_finds(any_text(dice));
}

TEST(Twins, HostileTextsHideNoFind) {
  ScanTwins twins(false);
  Dice dice(seed_of_the_day());
  for (const std::string_view unit : {"@",    "4",        "4111 ", "4111-", "eyJ",
                                      "eyJ ", ":AA1",     "1:AA",  "a=",    "ssn ",
                                      "+1",   "%4",       "\\",    "<a>",   "e1",
                                      "P<A",  "https://", "DE89 ", "- ",    "0123456789ab-us1 "}) {
    std::string text;
    while (text.size() < 700) text += unit;
    for (int round = 0; round < 20; ++round) {
      std::string mixed = text;
      mixed.insert(dice.below(mixed.size()), piece(dice));
      mixed.insert(dice.below(mixed.size()), dice.text(kAnything, 3));
      twins.expect_same_finds(mixed);
    }
  }
}

// What is learned behind one word is remembered for the next of its kind.
TEST(Twins, WordsOverAndOverHideNoFind) {
  ScanTwins twins(false);
  Dice dice(seed_of_the_day());
  for (const auto& row : kContexts) {
    const std::string word(row.words.substr(0, row.words.find('|')));
    const std::string value = sample_of(row.pattern, row.check, dice.below(1000000)).value_or("1");
    for (int round = 0; round < 8; ++round) {
      std::string text;
      for (uint64_t words = 1 + dice.below(60); words > 0; --words) {
        text += dice.below(8) == 0 ? dice.text("VATvat019-: \n", 1 + dice.below(40)) : word;
        if (dice.below(30) == 0) text.append(dice.below(120), 'z');
        text += dice.below(16) == 0 ? " " + value : dice.text(" ,-", 1);
      }
      twins.expect_same_finds(text);
    }
  }
}

// Beginnings over and over, and now and then what they want behind them: near, far, too far, on
// another line.
TEST(Twins, BeginningsWithoutAnEndHideNoFind) {
  struct Row {
    std::string_view begin;
    std::string_view rest;
    std::string_view stop;
    size_t longest;
  };
  const std::string signature = "Signature=" + std::string(64, 'a');
  const std::string lines = "Private-Lines: 1 " + std::string(44, 'Q');
  const Row rows[] = {{"curl x ", "-u jane:secret ", "|", 512},
                      {"curl -u ", "--user jane:secret ", "\n", 512},
                      {"otpauth://totp/", "?secret=ABCDEFGHIJ", " ", 512},
                      {"AWS4-HMAC-SHA256 ", signature, "\"", 1024},
                      {"PuTTY-User-Key-File-2: ", lines, "", 16384}};
  ScanTwins twins(false);
  Dice dice(seed_of_the_day());
  for (const Row& row : rows) {
    const int rounds = row.longest > 2000 ? 12 : 80;
    for (int round = 0; round < rounds; ++round) {
      std::string text;
      while (text.size() < 3 * row.longest) {
        switch (dice.below(8)) {
          case 0:
            if (dice.below(2) == 0) text += row.rest;
            break;
          case 1:
            if (dice.below(4) == 0) text += row.stop;
            break;
          case 2:
            text.append(dice.below(row.longest), 'z').append(" ");
            break;
          default:
            for (uint64_t count = dice.below(row.longest / 16); count > 0; --count) {
              text += row.begin;
            }
        }
      }
      twins.expect_same_finds(text);
    }
  }
}

// Each of these was once read to its end, or to its beginning, for every mark in it. With the
// square of its length this takes minutes.
TEST(Twins, NoTextIsReadOncePerMark) {
  NameCache names;
  PatternSet patterns;
  Scan scan;
  for (const std::string_view unit :
       {"ab@", "a@[", "\"@", "pin:{", "pin:[x", "pin://", "curl a "}) {
    std::string text;
    while (text.size() < (size_t{4} << 20U)) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    scan_text(text, names, patterns, scan);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << unit;
  }
}

// Masks are made for two KB at a time: what lies across the end of such a batch is one text.
TEST(Twins, LongTextsHideNoFind) {
  ScanTwins twins(true);
  Dice dice(seed_of_the_day());
  for (int round = 0; round < 60; ++round) {
    std::string text;
    while (text.size() < 6000) text += any_text(dice);
    twins.expect_same_finds(text);
  }
}

TEST(Twins, TheNameFilterLetsEveryNamePass) {
  Dice dice(seed_of_the_day());
  std::vector<std::string> known;
  for_each_name([&](std::string_view name, NameKind) { known.emplace_back(name); });
  for (int round = 0; round < 20000; ++round) {
    std::string name = dice.below(4) == 0 ? dice.text(kAnything, 1 + dice.below(6)) : "";
    for (const char c : dice.pick(known)) {
      name += dice.below(6) == 0 ? static_cast<char>(is_ascii_alpha(c) ? c ^ 0x20 : c) : c;
      if (dice.below(8) == 0) name += dice.text("_-.$", 1);
    }
    const bool spaced = dice.below(4) == 0;
    for (const std::string& text :
         {name + (spaced ? "  :" : ":"), '"' + name + (spaced ? "\" =" : "\"=")}) {
      NameCache names;
      const size_t mark = text.size() - 1;
      if (find_named(text + " 'value'", mark, names)) {
        EXPECT_TRUE(NameFilter::deciding().may_bind(text, mark)) << text;
        EXPECT_TRUE(NameFilter::all().may_bind(text, mark)) << text;
      }
    }
  }
}

// --- surveys ---

std::string json_string(Dice& dice, std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      if (dice.below(2) == 0) continue;
      out += '\\';
    }
    if (static_cast<unsigned char>(c) >= ' ') out += c;
  }
  return out + "\"";
}

std::string json_number(Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      return "4111111111111111";
    case 1:
      return "4111111111111111.0";
    case 2:
      return "4.111111111111111e15";
    case 3:
      return "-" + std::to_string(dice.below(1000));
    default:
      return std::to_string(1 + dice.below(999)) + "." +
             dice.text("0123456789", 1 + dice.below(14));
  }
}

std::string json_space(Dice& dice) {
  return dice.below(6) == 0 ? dice.text(" \t\n", 1 + dice.below(20)) : "";
}

// Mostly plain values, so that most of a document is cold.
std::string json_value(Dice& dice, unsigned depth) {
  switch (dice.below(depth == 0 ? 12 : 8)) {
    case 0:
      return json_number(dice);
    case 1:
      return json_string(dice, any_text(dice));
    case 2:
      return json_string(dice, "<a b='c'>" + piece(dice) + "</a>");
    case 3:
      return json_string(dice, "{ items(id: \"" + piece(dice) + "\") { id } }");
    case 4:
    case 5:
    case 6:
    case 7:
      return json_string(dice, dice.text("abcdefghijklmnopqrstuvwxyz ,.", 5 + dice.below(150)));
    default: {
      std::string out = "{";
      for (uint64_t members = dice.below(6); members > 0; --members) {
        const auto& name = dice.below(3) == 0 ? std::string(dice.pick(kNamesAndMarks))
                                              : dice.text("abcdeilmnorstuw_", 2 + dice.below(9));
        if (out.size() > 1) out += ",";
        out += json_space(dice) + json_string(dice, name) + json_space(dice) + ":" +
               json_space(dice) + json_value(dice, depth + 1);
      }
      return out + "}";
    }
  }
}

using EditKey = std::tuple<uint32_t, uint32_t, ClassId, std::string, Rule, Operator, uint32_t>;

std::vector<EditKey> edits_of(Engine& engine, bool surveying, const std::string& text) {
  engine.set_surveying(surveying);
  engine.enter(Part::Body);
  Edits edits;
  engine.edit_document(text, edits);
  std::vector<EditKey> out;
  for (const auto& edit : edits) {
    out.emplace_back(edit.begin, edit.end, edit.class_id, edit.text, edit.origin.rule,
                     edit.origin.op, edit.origin.place);
  }
  return out;
}

// Short documents are parsed before they are surveyed, long ones after it.
std::string way_to_look(int round) { return round % 2 == 0 ? "" : std::string(4096, ' '); }

TEST(Twins, SurveysChangeNoEdit) {
  const OperatorTable policy;
  // Two, as one would remember which names the other way of looking found nothing in.
  Engine engine(fake_crypto(), "key", policy, nullptr);
  Engine twin(fake_crypto(), "key", policy, nullptr);
  Dice dice(seed_of_the_day());
  size_t edited = 0;
  constexpr int kRounds = 3000;
  for (int round = 0; round < kRounds; ++round) {
    std::string text;
    const uint64_t shape = dice.below(4);
    for (uint64_t lines = shape == 0 ? 1 : 1 + dice.below(4); lines > 0; --lines) {
      if (shape == 3 && dice.below(2) == 0) text += any_text(dice) + "\n";
      if (shape == 2) text += "data: ";
      text += json_value(dice, 0) + (shape == 0 ? "" : "\n");
    }
    text += way_to_look(round);
    const auto slow = edits_of(twin, false, text);
    EXPECT_EQ(edits_of(engine, true, text), slow) << text;
    edited += slow.empty() ? 0 : 1;
  }
  // Both kinds of documents were met.
  EXPECT_GT(edited, kRounds / 10);
  EXPECT_LT(edited, kRounds * 19 / 20);
}

// In new engines, which remember nothing.
void expect_found_either_way(const std::string& body) {
  const OperatorTable policy;
  for (const int way : {0, 1}) {
    const std::string text = body + way_to_look(way);
    Engine engine(fake_crypto(), "key", policy, nullptr);
    Engine twin(fake_crypto(), "key", policy, nullptr);
    const auto slow = edits_of(twin, false, text);
    EXPECT_FALSE(slow.empty()) << text;
    EXPECT_EQ(edits_of(engine, true, text), slow) << text;
  }
}

// What an anchor leads to may stand some texts farther on; those between are looked at.
TEST(Twins, NoTextIsPassedOverOnTheWayToAFind) {
  const std::string token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  for (size_t gap = 0; gap < 140; ++gap) {
    const std::string fill = "\"z\":\"" + std::string(gap, 'x') + "\"";
    for (const std::string& body :
         {R"({"step":"run curl https://api.example.com/v1","by":"jane.roe@example.com","t":")" +
              token + "\"," + fill + R"(,"h":"x-user:trace"})",
          R"({"a":"machine x","m":"john.doe@example.com",)" + fill +
              R"(,"b":"y login z password wwwwwww"})",
          R"({"a":"PuTTY-User-Key-File-2: x",)" + fill + ",\"t\":\"" + token +
              R"(","b":"Private-Lines: 1 )" + std::string(44, 'Q') + "\"}",
          "{" + fill + R"(,"ssn a.b@cdef.com xxxx":"123-45-6789"})",
          R"({"step":"run curl x","esc":"jane\u0040example.org",)" + fill +
              R"(,"h":"x-user:trace"})"}) {
      expect_found_either_way(body);
    }
  }
}

// The survey of a short document leaves the colons behind names out. In a string one stands behind
// a quote, too.
TEST(Twins, AColonBehindAQuoteInAStringIsLookedAt) {
  for (const std::string body :
       {R"({"log":"the \"password\": hunter2hunter was sent"})",
        R"({"log":"\"password\":hunter2hunter"})", R"({"log":"password":"hunter2hunter"})",
        R"({"a":"x","b" : "password : hunter2hunter"})",
        R"({"u":"://jane:hunter2hunter@db.example.com/x"})"}) {
    expect_found_either_way(body);
  }
}

TEST(Twins, ANameMayEndInAnyNumberOfDashes) {
  const OperatorTable policy;
  for (const std::string name : {"cvv", "password", "api_key"}) {
    for (const size_t dashes : {0U, 1U, 60U, 61U, 62U, 63U, 64U, 65U, 200U}) {
      const std::string text = "{\"" + name + std::string(dashes, '_') + R"(":"hunter2hunter"})";
      Engine engine(fake_crypto(), "key", policy, nullptr);
      Engine twin(fake_crypto(), "key", policy, nullptr);
      EXPECT_EQ(edits_of(engine, true, text), edits_of(twin, false, text)) << text;
    }
  }
}

TEST(Twins, AQuietDocumentIsLeftAloneAndABoundOneIsNot) {
  const std::string text = R"({"id":7,"title":"a chair of beech wood","size":{"width":40}})";
  const OperatorTable none;
  Engine engine(fake_crypto(), "key", none, nullptr);
  EXPECT_TRUE(edits_of(engine, true, text).empty());

  const Hints hints = {{.in = Hint::In::Body, .pointer = {"title"}, .kind = NameKind::Pii}};
  engine.set_hints(&hints);

  const auto bound = edits_of(engine, true, text);
  EXPECT_EQ(bound.size(), 1U);
  EXPECT_EQ(bound, edits_of(engine, false, text));
}

}  // namespace
}  // namespace faultline::redaction::testing
