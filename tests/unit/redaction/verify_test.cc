// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify.h"

#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "redaction/classes.h"
#include "redaction/verify_detectors.h"
#include "redaction/verify_scan.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <unistd.h>

namespace faultline::redaction::testing {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "fl-verify-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& file, const std::string& text) const {
    const auto path = std::filesystem::path(path_) / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] Proof verify(const std::vector<std::string>& canaries = {},
                             const std::vector<std::string>& skip = {}) const {
    auto proof = verify_folder(path_, canaries, skip);
    EXPECT_TRUE(proof) << proof.error().message;
    return *proof;
  }

 private:
  std::string path_;
};

std::string describe(const Proof& proof) { return proof_json(proof); }

std::vector<std::string> detectors_of(const Proof& proof) {
  std::set<std::string> names;
  for (const auto& leak : proof.leaks) names.insert(leak.detector);
  return {names.begin(), names.end()};
}

TEST(Verify, PassesItsNegativeControlAndFindsNothingInNothing) {
  const Folder folder;

  const Proof proof = folder.verify();

  EXPECT_TRUE(proof.negative_control_ok);
  EXPECT_TRUE(proof.is_clean());
  EXPECT_EQ(proof.files, 0U);
}

TEST(Verify, FindsEveryClassWhereverItIsPlanted) {
  const struct {
    std::string encoding;
    std::string (*wrap)(const std::string&);
  } wraps[] = {
      {"raw", [](const std::string& v) { return "before " + v + " after"; }},
      {"escaped", [](const std::string& v) { return "{\"x\":\"" + unicode_escape_all(v) + "\"}"; }},
      {"percent", [](const std::string& v) { return "/a?b=" + percent_encode_all(v) + " HTTP"; }},
      {"base64", [](const std::string& v) { return base64_encode("...." + v + " ...."); }},
      {"hex", [](const std::string& v) { return "x=" + hex_encode("...." + v + "...."); }},
      {"escaped",
       [](const std::string& v) {
         return json_quote("{\"x\":" + json_quote("[\"" + unicode_escape_all(v) + "\"]") + "}");
       }},
  };
  for (const auto& entry : samples()) {
    for (const auto& wrap : wraps) {
      SCOPED_TRACE(entry.class_id + " " + wrap.encoding);
      const Folder folder;
      folder.write("journal/000001.jsonl", wrap.wrap(entry.value));

      const Proof proof = folder.verify();

      ASSERT_FALSE(proof.leaks.empty());
      EXPECT_EQ(detectors_of(proof), std::vector<std::string>{entry.class_id}) << describe(proof);
      EXPECT_EQ(proof.leaks[0].encoding, wrap.encoding);
      EXPECT_EQ(proof.leaks[0].file, "journal/000001.jsonl");
      EXPECT_FALSE(proof.is_clean());
    }
  }
}

TEST(Verify, FindsWhatNamesGiveAway) {
  const struct {
    std::string text;
    std::string detector;  // empty: nothing
  } cases[] = {
      {R"({"password": "zebra"})", "key.lexicon.secret"},
      {R"({"Api_Key":"zebra"})", "key.lexicon.secret"},
      {R"({"body":"{\"client_secret\":\"zebra\"}"})", "key.lexicon.secret"},
      {R"({"password": "redacted-secret-abcdefghijklm"})", ""},
      {R"({"password": "redacted-secret-abcdefghijkl1"})", "key.lexicon.secret"},
      {R"({"password": "xredacted-secret-abcdefghijklm"})", "key.lexicon.secret"},
      {R"({"password": ""})", ""},
      {R"({"pin": "0000"})", ""},
      {R"({"pin": "0001"})", "key.lexicon.secret"},
      {R"({"token": "Bearer redacted-bearer-abcdefghijklm"})", ""},
      {R"({"secret": {"type": "string"}})", ""},
      {R"({"hits":{"key.lexicon.secret":2,"token":3}})", ""},
      {"Authorization: Bearer zebra0123", "http.auth.bearer"},
      {"Authorization: Bearer redacted-bearer-abcdefghijklm", ""},
      {"Authorization: Basic emVicmE6b2thcGk=", "http.auth.basic"},
      {"see https://u:zebra@host/", "url.userinfo"},
      {"see https://redacted-userinfo-abcdefghijklm@host.example/", ""},
      {"u-abcdefghijklm@redacted.invalid", ""},
      {"u-abcdefghijklm@redacted.invalid-2 u-x@redacted.invalid.example.com", "email"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Folder folder;
    folder.write("a.json", c.text);

    const Proof proof = folder.verify();

    const auto want =
        c.detector.empty() ? std::vector<std::string>{} : std::vector<std::string>{c.detector};
    EXPECT_EQ(detectors_of(proof), want) << describe(proof);
  }
}

TEST(Verify, FindsNothingInWhatARunWrites) {
  const Folder folder;
  folder.write("manifest.json", R"({
  "version": 1, "run": "20260203T100000Z-checkout-42", "seed": 42,
  "files": [
    {"path": "events.jsonl", "bytes": 4111111111,
     "sha256": "41111111111111116011111111111117e3b0c44298fc1c149afbf4c8996fb924"},
    {"path": "findings.json", "bytes": 1204,
     "sha256": "27ae41e4649b934ca495991b7852b85541111111111111115555555555554444"}
  ],
  "config_hash": "4111111111111111"
})");
  folder.write("events.jsonl",
               R"({"id":1,"t_ns":1753900000000123456,"kind":"fault","rule":"slow-cart",)"
               R"("u":"4111111111111111","key":"shop/17/3","delay_ns":200000000})"
               "\n"
               R"({"id":2,"t_ns":4111111111111,"kind":"decision","u":3945634478,)"
               R"("occurrence":18446744073709551615})"
               "\n"
               R"({"id":3,"kind":"fault","u":"00f067aa0ba902b7",)"
               R"("trace":"4bf92f3577b34da6a3ce929d0e0e4736",)"
               R"("request":"550e8400-e29b-41d4-a716-446655440000"})"
               "\n"
               // Behind 500 s a time has the digits of a Maestro card; these pass its check.
               R"({"id":4,"t_ns":501848100852,"kind":"run","duration_ns":503806438217})"
               "\n");
  folder.write("stats.json",
               R"({"latency":{"p50":0.004111111111111111,"p99":4111111111111111.5},)"
               R"("hits":{"email":2,"http.auth.bearer":9,"key.lexicon.secret":4,"url.userinfo":1},)"
               R"("histogram":[4111, 1111, 1111, 1111],"bytes":[1,2,3]})");
  folder.write(
      "findings.json",
      R"([{"fingerprint":"4111111111111111","id":"a1b2c3d4e5f60718","pointer":"/password",)"
      R"("message":"member 'password' is a number, want a string",)"
      R"("file":"shop.openapi.yaml:12:5"}])");
  folder.write("analysis.md", "# Run\n\n| rule | fired |\n|---|---|\n| slow-cart | 20 % |\n");
  folder.write("config.resolved.yaml",
               "version: 1\nrun: { name: x, seed: 42 }\nredaction: { packs: [default] }\n");
  folder.write("env.signature.json",
               R"({"compiler":"GNU 12.2.0","kernel":"6.1.0-18-amd64","re2":"20220601"})");
  folder.write("binary.bin", std::string("\x00\xFF\x80\xFE\x01\x02", 6));

  const Proof proof = folder.verify({"zebra-canary"});

  EXPECT_TRUE(proof.is_clean()) << describe(proof);
  EXPECT_EQ(proof.files, 8U);
  EXPECT_EQ(proof.canaries, 1U);
}

TEST(Verify, FindsNothingInWhatTheRedactorLeaves) {
  const auto redactor = make_redactor();
  std::string journal;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(seed);
    const std::string& value = dice.pick(samples()).value;
    Message message =
        json_message("{\"note\":" + json_quote("x " + value + " y") + ",\"inner\":" +
                     json_quote("{\"deep\":" + json_quote(value) + ",\"password\":\"zebra\"}") +
                     ",\"n\":" + "4111111111111111,\"pin\":73921,\"zip\":\"94105\",\"b64\":\"" +
                     base64_encode("mail " + value + " end") + "\",\"ssn\":\"123-45-6789\"," +
                     json_quote(value) + ":1}");
    message.target = "/a/" + percent_encode(value) + "?token=zebra&q=" + percent_encode(value);
    message.fields.emplace_back("Authorization", "Basic " + base64_encode("zebra:okapi"));
    message.fields.emplace_back("X-Note", value);
    message.fields.emplace_back("Cookie", "sid=zebra");
    const auto redacted = redactor->redact(message.view());
    journal += "{\"target\":" + json_quote(redacted.target()) +
               ",\"body\":" + json_quote(redacted.body()) + ",\"fields\":[";
    for (const auto& field : redacted.fields()) {
      journal += "[" + json_quote(field.name) + "," + json_quote(field.value) + "],";
    }
    journal += "0]}\n";
  }
  const Folder folder;
  folder.write("journal/000001.jsonl", journal);

  const Proof proof = folder.verify({"zebra", "okapi", "73921"});

  EXPECT_TRUE(proof.is_clean()) << describe(proof);
}

TEST(Verify, FindsCanariesInEverySpelling) {
  const std::string canary = "Fl Canary/\"7f\"+\xC3\xA9";
  std::string escaped;
  json_escape_to(escaped, canary);
  const struct {
    std::string text;
    std::string encoding;
  } cases[] = {
      {canary, "raw"},
      {to_lower(canary), "raw"},
      {base64_encode(canary), "base64"},
      {base64_encode("x" + canary + "y"), "base64"},
      {base64_encode("xy" + canary + "z"), "base64"},
      {percent_encode(canary), "percent"},
      {to_lower(percent_encode(canary)), "percent"},
      {percent_encode_all(canary), "percent"},
      {hex_encode(canary), "hex"},
      {"FL" + hex_encode(canary), "hex"},
      {escaped, "escaped"},
      {json_quote(json_quote(canary)), "escaped"},
      {base64_encode(percent_encode(canary)), "base64"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Folder folder;
    folder.write("x/y.log", "some text [" + c.text + "] more");

    const Proof proof = folder.verify({canary});

    ASSERT_FALSE(proof.leaks.empty());
    EXPECT_EQ(proof.leaks[0].detector, "canary");
    EXPECT_EQ(proof.leaks[0].encoding, c.encoding);
    EXPECT_NEAR(static_cast<double>(proof.leaks[0].offset), 11.0, 4.0);
  }
}

TEST(Verify, FindsUrlSafeBase64OfACanary) {
  const std::string canary = "\xFB\xEF\xBE\xFB\xEF\xBE\xFB\xEF\xBE";  // ++++ in base64
  std::string text = base64_encode(canary);
  std::replace(text.begin(), text.end(), '+', '-');
  const Folder folder;
  folder.write("a", text);

  EXPECT_EQ(folder.verify({canary}).leak_count, 1U);
}

// A secret at any distance from the seams of the windows is found once, with its place.
TEST(Verify, FindsASecretAcrossTheSeamsOfABigFileOnce) {
  constexpr size_t kWindow = 1024UL * 1024;
  constexpr size_t kOverlap = 64UL * 1024;
  const std::string secret = sample("email");
  const std::string filler(" 0123456789abcdefg\n");
  std::string text;
  while (text.size() < 2 * kWindow + 4321) text += filler;
  for (const size_t seam : {kWindow - kOverlap, kWindow - kOverlap / 2, kWindow,
                            2 * kWindow - kOverlap, 2 * kWindow - kOverlap * 3 / 2}) {
    for (const int delta : {-10, 0}) {
      SCOPED_TRACE(std::to_string(seam) + " " + std::to_string(delta));
      const Folder folder;
      std::string planted = text;
      const size_t place = seam + static_cast<size_t>(delta);
      planted.replace(place, secret.size() + 2, " " + secret + " ");
      folder.write("big.log", planted);

      const Proof proof = folder.verify();

      ASSERT_EQ(proof.leak_count, 1U) << describe(proof);
      EXPECT_EQ(proof.leaks[0].offset, place + 1);
      EXPECT_EQ(proof.bytes, planted.size());
    }
  }
}

TEST(Verify, FindsASecretDeepInsideOneLongBase64Run) {
  std::string plain;
  while (plain.size() < 1500000) plain += "words without a meaning, line after line\n";
  for (size_t phase = 0; phase < 4; ++phase) {
    SCOPED_TRACE(phase);
    const Folder folder;
    folder.write("blob.txt", std::string(phase, ' ') +
                                 base64_encode(plain + sample("card.pan") + "\n" + plain));

    const Proof proof = folder.verify();

    EXPECT_EQ(proof.leak_count, 1U) << describe(proof);
    EXPECT_EQ(detectors_of(proof), std::vector<std::string>{"card.pan"});
  }
}

// A hash is no text, whatever its bytes happen to be.
TEST(Verify, FindsNothingInHashes) {
  const verify::Scanner scanner({});
  Dice dice(seed_of_the_day());
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += R"({"etag":")" + dice.text("0123456789abcdef", 40) + R"(","sum":")" +
            dice.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 32) +
            "\"}\n";
  }
  std::vector<verify::Hit> hits;

  scanner.scan(text, false, hits);

  EXPECT_TRUE(hits.empty()) << hits.size() << " hits, the first a " << hits.front().detector << " ("
                            << hits.front().encoding << ")";
}

// Traffic chooses what the second scan reads: none of it may make it slow.
TEST(Verify, StaysLinearOnHostileTexts) {
  const verify::Scanner scanner({"zebra-canary"});
  for (const std::string_view unit :
       {"eyJ-", "4111 ", "4", "a@", "-----BEGIN ", "sk-", "Bearer ", "YWFh/", "%25", "\\u005c",
        "://", "DE89 ", "+1 ", "\"password\":\"", "61", "glpat-"}) {
    SCOPED_TRACE(unit);
    std::string text;
    while (text.size() < 100000) text += unit;
    std::vector<verify::Hit> hits;

    scanner.scan(text, true, hits);

    EXPECT_LE(hits.size(), text.size());
  }
}

TEST(Verify, SkipsFilesByNameAndReadsFileNames) {
  const Folder folder;
  folder.write("proof/old.json", sample("email"));
  folder.write(sample("email") + ".txt", "clean");

  const Proof proof = folder.verify({}, {"proof/old.json"});

  EXPECT_EQ(proof.files, 1U);
  ASSERT_EQ(proof.leak_count, 1U);
  EXPECT_EQ(proof.leaks[0].file, "(file name)");
}

TEST(Verify, CountsBeyondTheLeaksItKeeps) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "user" + std::to_string(i) + "@example.com\n";
  folder.write("a.log", text);

  const Proof proof = folder.verify();

  EXPECT_EQ(proof.leak_count, 1500U);
  EXPECT_EQ(proof.leaks.size(), 1000U);
}

TEST(Verify, SaysWhichFolderItCannotRead) {
  const auto proof = verify_folder("/nonexistent/run", VerifyOptions{});

  ASSERT_FALSE(proof);
  EXPECT_EQ(proof.error().code, ErrorCode::IoFailed);
  EXPECT_NE(proof.error().message.find("/nonexistent/run"), std::string::npos);
}

TEST(Verify, WritesTheProofAsJson) {
  Proof proof;
  proof.files = 2;
  proof.bytes = 300;
  proof.canaries = 1;
  proof.negative_control_ok = true;
  EXPECT_EQ(proof_json(proof),
            "{\n  \"version\": 1,\n  \"clean\": true,\n  \"files\": 2,\n  \"bytes\": 300,\n"
            "  \"canaries\": 1,\n  \"negative_control_ok\": true,\n  \"leak_count\": 0,\n"
            "  \"leaks\": []\n}\n");

  proof.leaks = {{"a\"b.json", 7, "email", "raw"}, {"c", 9, "canary", "hex"}};
  proof.leak_count = 2;
  EXPECT_NE(proof_json(proof).find(
                "  \"leaks\": [\n"
                "    {\"file\": \"a\\\"b.json\", \"offset\": 7, \"detector\": \"email\", "
                "\"encoding\": \"raw\"},\n"
                "    {\"file\": \"c\", \"offset\": 9, \"detector\": \"canary\", "
                "\"encoding\": \"hex\"}\n  ]\n}\n"),
            std::string::npos)
      << proof_json(proof);
  EXPECT_TRUE(is_valid_json(proof_json(proof)));
  EXPECT_FALSE(proof.is_clean());
}

}  // namespace
}  // namespace faultline::redaction::testing
