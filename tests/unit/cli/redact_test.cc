// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/http_text.h"
#include "tests/unit/cli/cli_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace faultline::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kUser =
    R"({"users":[{"email":"alice@example.com","password":"zebra"}]})";

TEST(RedactCommand, ExplainsWithoutAValue) {
  CliWorld world;
  const std::string file = world.write("users.json", kUser);

  const Ran ran = world.run({"redact", "explain", file});

  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(":1:21: email  by name  at text /users/*/email  shape\n"));
  EXPECT_THAT(ran.out, HasSubstr("key.lexicon.secret  by name  at text /users/*/password"));
  EXPECT_THAT(ran.out, Not(HasSubstr("alice")));
  EXPECT_THAT(ran.out, Not(HasSubstr("zebra")));
}

// One line of 15 MB and 50,000 marks in it: with a walk from the front of the line to each of them
// this takes minutes.
TEST(RedactCommand, ExplainsALongLineInTimeThatGrowsWithItsLength) {
  constexpr size_t kMembers = 50000;
  CliWorld world;
  std::string document = "[";
  while (document.size() < 15U << 20U) {
    document += R"({"id":)" + std::to_string(document.size()) + R"(,"text":")" +
                std::string(260, 'x') + R"(","email":"a@b.example"},)";
  }
  document.back() = ']';
  const std::string file = world.write("minified.json", document);
  const auto begin = std::chrono::steady_clock::now();

  const Ran ran = world.run({"redact", "explain", file});

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_GT(std::count(ran.out.begin(), ran.out.end(), '\n'), ptrdiff_t{kMembers} * 9 / 10);
}

TEST(RedactCommand, ExplainsAnHttpMessageByItsParts) {
  CliWorld world;
  const std::string file =
      world.write("request.http",
                  "POST /a?token=zebra HTTP/1.1\nAuthorization: Bearer zebra\n"
                  "Content-Type: application/json\n\n{\"a\":{\"otp\":\"zebra\"}}");

  const Ran ran = world.run({"redact", "explain", "--json", file});

  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(R"("place":"target /token")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("class":"http.auth.bearer","rule":"field",)"
                                 R"("place":"field Authorization")"));
  EXPECT_THAT(ran.out, HasSubstr(R"("place":"body /a/otp")"));
  EXPECT_THAT(ran.out, Not(HasSubstr("zebra")));
}

TEST(RedactCommand, RefusesWhatIsNotWhatItIsSaidToBe) {
  CliWorld world;
  const std::string text = world.write("x", "{\"a\":1}\npassword zebra\n");

  for (const std::string format : {"json", "ndjson", "har", "http"}) {
    const Ran ran = world.run({"redact", "--format", format, "explain", text});
    EXPECT_EQ(ran.code, kUsage) << format;
    EXPECT_THAT(ran.err, Not(HasSubstr("zebra")));
  }
  EXPECT_EQ(world.run({"redact", "--format", "text", "explain", text}).code, kDone);
}

constexpr std::string_view kSchema = R"({"type":"record","name":"shop.Order","fields":[
  {"name":"size","type":"int"},
  {"name":"note","type":["null","string"],"confluent:tags":["PII"]}]})";

TEST(RedactCommand, ExplainsWhatASchemaMarks) {
  CliWorld world;
  const std::string schema = world.write("order.avsc", kSchema);
  const std::string lines = world.write("orders",
                                        "{\"size\":4,\"note\":\"zebra\"}\n"
                                        "{\"size\":4,\"note\":{\"string\":\"zebra\"}}\n");

  const Ran ran = world.run({"redact", "--contract", schema, "explain", lines});

  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, HasSubstr(":1:19: key.lexicon.pii  by contract  at text /note  shape\n"));
  EXPECT_THAT(ran.out, HasSubstr(":2:29: key.lexicon.pii  by contract  at text /note/string"));
  EXPECT_THAT(ran.out, Not(HasSubstr("/size")));
  EXPECT_THAT(world.run({"redact", "explain", lines}).err, HasSubstr("nothing to replace"));
}

TEST(RedactCommand, RefusesAContractThatCannotCount) {
  CliWorld world;
  const std::string schema = world.write("order.avsc", kSchema);
  const std::string wrong = world.write("wrong.avsc", "{\"type\":\n\"strin\"}");
  const std::string json = world.write("x.json", "{}");
  const std::string text = world.write("x.txt", "{}\nnote zebra\n");

  const Ran no_schema = world.run({"redact", "--contract", wrong, "explain", json});
  const Ran no_file = world.run({"redact", "--contract", world.path("none"), "explain", json});
  const Ran no_json = world.run({"redact", "--contract", schema, "explain", text});
  const Ran both = world.run({"redact", "--contract", "-"});

  EXPECT_EQ(no_schema.code, kUsage);
  EXPECT_THAT(no_schema.err, HasSubstr("wrong.avsc:2:1"));
  EXPECT_THAT(no_schema.err, HasSubstr("did you mean 'string'?"));
  EXPECT_EQ(no_file.code, kUsage);
  EXPECT_EQ(no_json.code, kUsage);
  EXPECT_THAT(no_json.err, HasSubstr("x.txt is not JSON in line 2"));
  EXPECT_EQ(both.code, kUsage);
  EXPECT_THAT(both.err, HasSubstr("cannot both be standard input"));
  for (const std::string format : {"http", "har", "text"}) {
    const Ran ran =
        world.run({"redact", "--format", format, "--contract", schema, "explain", json});
    EXPECT_EQ(ran.code, kUsage) << format;
    EXPECT_THAT(ran.err, HasSubstr("not for --format " + format));
  }
}

TEST(RedactCommand, RefusesAContractWhereItHasNoPart) {
  CliWorld world;
  const std::string schema = world.write("order.avsc", kSchema);

  const Ran verify = world.run({"redact", "--contract", schema, "verify", world.path("")});
  const Ran classes = world.run({"redact", "--contract", schema, "classes"});

  EXPECT_EQ(verify.code, kUsage);
  EXPECT_THAT(verify.err, HasSubstr("--contract has no part in redact verify"));
  EXPECT_EQ(classes.code, kUsage);
  EXPECT_THAT(classes.err, HasSubstr("--contract has no part in redact classes"));
  EXPECT_EQ(classes.out, "");
}

// As JSON its bodies would be texts, which nothing reads as the JSON they are.
TEST(RedactCommand, RefusesAHarFileForAContract) {
  CliWorld world;
  const std::string schema = world.write("order.avsc", kSchema);
  const std::string har = world.write("x.har", R"({"log":{"entries":[]}})");

  const Ran guessed = world.run({"redact", "--contract", schema, "explain", har});
  const Ran told = world.run({"redact", "--contract", schema, "--format", "json", "explain", har});

  EXPECT_EQ(guessed.code, kUsage);
  EXPECT_THAT(guessed.err, HasSubstr("x.har is a HAR file"));
  EXPECT_EQ(told.code, kDone) << told.err;
}

TEST(RedactCommand, SaysWhereADocumentForAContractIsWrong) {
  CliWorld world;
  const std::string schema = world.write("order.avsc", kSchema);
  const std::string pretty = world.write("p.json", "{\n  \"size\": 4,\n  \"note\": zebra\n}\n");
  const std::string lines = world.write("l.json", "\n{}\n{\n\"note\":1}\n");
  const std::string blank = world.write("b.json", " \n\n");

  const Ran wrong = world.run({"redact", "--contract", schema, "explain", pretty});
  const Ran wrong_lines = world.run({"redact", "--contract", schema, "explain", lines});

  EXPECT_EQ(wrong.code, kUsage);
  EXPECT_THAT(wrong.err, HasSubstr("not JSON: unexpected character"));
  EXPECT_THAT(wrong.err, HasSubstr("at byte 25"));
  EXPECT_THAT(wrong.err, Not(HasSubstr("zebra")));
  EXPECT_EQ(wrong_lines.code, kUsage);
  EXPECT_THAT(wrong_lines.err, HasSubstr("not JSON in line 3"));
  EXPECT_EQ(world.run({"redact", "--contract", schema, "explain", blank}).code, kDone);
}

TEST(RedactCommand, SaysWhenASchemaMarksNothing) {
  CliWorld world;
  const std::string schema = world.write("plain.avsc", "\"string\"");
  const std::string json = world.write("x.json", "\"zebra\"");

  const Ran ran = world.run({"redact", "--contract", schema, "explain", json});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_THAT(ran.err, HasSubstr("plain.avsc marks nothing as personal or secret"));
}

TEST(RedactCommand, ReadsThePolicyOfAConfiguration) {
  CliWorld world;
  const std::string config =
      world.write("c.yaml",
                  "version: 1\n"
                  "listeners: [{ name: a, listen: ':0', upstream: x:1 }]\n"
                  "redaction: { operators: [{ class: email, use: keep }] }\n");
  const std::string file = world.write("users.json", kUser);

  const Ran ran = world.run({"redact", "-c", config, "explain", file});

  EXPECT_EQ(ran.code, kDone) << ran.err;
  EXPECT_THAT(ran.out, Not(HasSubstr("email  by")));
  EXPECT_THAT(ran.out, HasSubstr("key.lexicon.secret"));
}

TEST(RedactCommand, PointsAtARowThatCannotBind) {
  CliWorld world;
  const std::string config = world.write("c.yaml",
                                         "version: 1\n"
                                         "listeners: [{ name: a, listen: ':0', upstream: x:1 }]\n"
                                         "redaction:\n"
                                         "  operators:\n"
                                         "    - { class: emial, use: keep }\n"
                                         "    - { class: jwt, use: mask }\n");

  const Ran ran = world.run({"config", "validate", config});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_THAT(ran.err, HasSubstr("FL5001"));
  EXPECT_THAT(ran.err, HasSubstr("unknown redaction class 'emial' (did you mean 'email'?)"));
  EXPECT_THAT(ran.err, HasSubstr("c.yaml:5:16"));
  EXPECT_THAT(ran.err, HasSubstr("'mask' would show a part of a secret (jwt)"));
}

TEST(RedactCommand, VerifyFindsALeakAndSaysWhere) {
  CliWorld world;
  std::filesystem::create_directory(world.path("run"));
  world.write("run/clean.txt", "nothing here\n");

  const Ran clean = world.run({"redact", "verify", world.path("run")});
  world.write("run/dirty.txt", "mail bob@control.example.org\n");
  const Ran leak = world.run({"redact", "verify", "--json", world.path("run")});

  EXPECT_EQ(clean.code, kDone) << clean.err;
  EXPECT_EQ(leak.code, kRedactionLeak);
  EXPECT_THAT(leak.err, HasSubstr("leak: dirty.txt at byte 5: email (raw)"));
  EXPECT_THAT(leak.out, HasSubstr("\"leak_count\": 1"));
  EXPECT_THAT(leak.err + leak.out, Not(HasSubstr("bob@")));
}

TEST(RedactCommand, VerifyLooksForCanariesOfAFile) {
  CliWorld world;
  std::filesystem::create_directory(world.path("run"));
  world.write("run/a.txt", "a%20planted%20text%21\n");
  const std::string canaries = world.write("canaries", "a planted text!\r\n\n");

  const Ran ran = world.run({"redact", "verify", "--canaries", canaries, world.path("run")});

  EXPECT_EQ(ran.code, kRedactionLeak);
  EXPECT_THAT(ran.err, HasSubstr("canary"));
  EXPECT_EQ(world.run({"redact", "verify", world.path("run")}).code, kDone);
  EXPECT_EQ(world.run({"redact", "verify", world.path("nowhere")}).code, kUsage);
}

TEST(RedactCommand, ListsEveryClass) {
  CliWorld world;

  const Ran text = world.run({"redact", "classes"});
  const Ran json = world.run({"redact", "classes", "--json"});

  EXPECT_EQ(text.code, kDone);
  for (const std::string id : {"http.auth.bearer", "card.pan", "email", "canary"}) {
    EXPECT_THAT(text.out, HasSubstr(id + " "));
    EXPECT_THAT(json.out, HasSubstr("\"id\": \"" + id + "\""));
  }
}

TEST(HttpText, ReadsWhatItCanAndNothingElse) {
  EXPECT_TRUE(HttpText::parse("GET / HTTP/1.1\r\nA: b\r\n\r\n"));
  EXPECT_TRUE(HttpText::parse("HTTP/1.1 200 OK\n\nbody"));
  for (const std::string_view text :
       {"", "GET /", "{\"a\":1}", "hello there world", "GET / HTTP/1.1\n folded: x\n\n",
        "GET / HTTP/1.1\nA : b\n\n", "HTTP/1.1 2x0 OK\n\n"}) {
    EXPECT_FALSE(HttpText::parse(text)) << text;
  }
}

TEST(HttpText, JoinsChunksAndGivesUpBrokenOnes) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  const std::string whole = head + "3;x=y\r\nzeb\r\n2\r\nra\r\n0\r\n\r\n";
  const std::string cut = head + "3\r\nzeb\r\n9\r\nra\r\n";
  const auto good = HttpText::parse(whole);
  const auto bad = HttpText::parse(cut);

  ASSERT_TRUE(good && bad);
  EXPECT_EQ(good->view().body, "zebra");
  EXPECT_EQ(bad->view().body_state, BodyState::Aborted);
}

}  // namespace
}  // namespace faultline::cli
