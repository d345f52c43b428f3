// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// `faultline redact < in > out`: each format, byte for byte but for what was replaced.
#include "tests/e2e/process.h"
#include "tests/e2e/temp_folder.h"
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::e2e {
namespace {

struct Case {
  std::string format;
  std::string input;
  std::vector<std::string> secrets;  // gone
  std::vector<std::string> kept;     // as it was, bytes around a secret above all
};

std::vector<Case> cases() {
  return {
      {"json",
       "{ \"id\" : 7,\n \"email\":\"jane.roe@example.com\", \"otp\":\"zebra-77\" }\n",
       {"jane.roe", "zebra-77"},
       {"{ \"id\" : 7,\n \"email\":\"", "\", \"otp\":\"", "\" }\n"}},
      {"ndjson",
       "{\"n\":1,\"password\":\"zebra-77\"}\n{\"n\":2,\"text\":\"a chair\"}\n",
       {"zebra-77"},
       {"{\"n\":1,\"password\":\"", "\"}\n{\"n\":2,\"text\":\"a chair\"}\n"}},
      {"http",
       "POST /a?token=zebra-77 HTTP/1.1\r\nHost: h.example\r\nAuthorization: Bearer "
       "zebra-77-0123456789\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
       "pin=zebra-78&size=4",
       {"zebra-77", "zebra-78"},
       {"POST /a?token=", "Host: h.example", "Authorization: Bearer ", "&size=4"}},
      {"har",
       R"({"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"request":)"
       R"({"method":"POST","url":"https://h.example/?token=zebra-77","headers":[{"name":"Cookie",)"
       R"("value":"sid=zebra-78"}],"postData":{"mimeType":"application/x-www-form-urlencoded",)"
       R"("text":"otp=zebra-79&size=4"}},"response":{"status":200}}]}})",
       {"zebra-77", "zebra-78", "zebra-79"},
       {R"("version":"1.2")", R"("method":"POST")", "&size=4", R"("status":200)"}},
      {"text",
       "2026-02-03 jane.roe@example.com paid with 4111 1111 1111 1111 from DE89 3704 0044 0532 "
       "0130 00\n",
       {"jane.roe", "4111 1111 1111 1111", "0532 0130"},
       {"2026-02-03 ", " paid with ", " from ", "\n"}},
  };
}

std::string redacted(const std::string& format, const std::string& key, const std::string& input) {
  Process process = Process::start({FL_BINARY, "redact", "--format", format, "--key-file", key},
                                   {.input = input});
  EXPECT_EQ(process.wait(), std::optional<int>(0)) << process.errors();
  return process.output();
}

TEST(Redact, TakesTheSecretsOutOfEveryFormatAndLeavesTheRest) {
  const TempFolder folder;
  const std::string key = folder.write("key", "a key of thirty-two bytes, or so");
  for (const Case& one : cases()) {
    // What it is goes without saying as well.
    for (const std::string& format : {one.format, std::string("auto")}) {
      SCOPED_TRACE(one.format + " as " + format);

      const std::string out = redacted(format, key, one.input);

      for (const auto& secret : one.secrets) EXPECT_EQ(out.find(secret), std::string::npos) << out;
      size_t from = 0;
      for (const auto& kept : one.kept) {
        from = out.find(kept, from);
        EXPECT_NE(from, std::string::npos) << "'" << kept << "' in " << out;
      }
      EXPECT_EQ(redacted(format, key, out), out);
    }
  }
}

// Byte for byte but for the marked values, whichever way those of unions are written.
TEST(Redact, TakesWhatASchemaMarksOutOfEverySpelling) {
  const TempFolder folder;
  const std::string key = folder.write("key", "a key of thirty-two bytes, or so");
  const std::string schema =
      folder.write("order.avsc", R"({"type":"record","name":"shop.Order","fields":[
  {"name":"size","type":"int"},
  {"name":"note","type":["null","string"],"confluent:tags":["PII"]},
  {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
    {"name":"item","type":"string"},
    {"name":"engraving","type":["null","string"],"confluent:tags":["PRIVATE"]}]}}},
  {"name":"refund","type":["null","Order"]}]})");
  const std::string bare =
      R"({ "size": 4, "note":"zebra-1", "lines": [{"item":"ring","engraving":"zebra-2"}],)"
      R"( "refund": {"size":1,"note":"zebra-3","lines":[],"refund":null} })";
  const std::string wrapped =
      R"({"size":4,"note":{"string":"zebra-1"},"lines":[{"item":"ring","engraving":)"
      R"({"string":"zebra-2"}}],"refund":{"shop.Order":{"size":1,"note":{"string":"zebra-3"},)"
      R"("lines":[],"refund":null}}})";
  const struct {
    std::string format;
    std::string input;
  } cases[] = {{"json", bare},
               {"json", wrapped},
               {"ndjson", bare + "\n" + wrapped + "\n"},
               {"auto", bare + "\r\n\r\n" + wrapped}};
  for (const auto& one : cases) {
    SCOPED_TRACE(one.format + " " + one.input);
    Process process = Process::start(
        {FL_BINARY, "redact", "--format", one.format, "--key-file", key, "--contract", schema},
        {.input = one.input});
    ASSERT_EQ(process.wait(), std::optional<int>(0)) << process.errors();

    const std::string out = process.output();

    size_t from = 0;
    size_t at = 0;
    for (size_t mark = one.input.find("zebra-"); mark != std::string::npos;
         mark = one.input.find("zebra-", from)) {
      const std::string kept = one.input.substr(from, mark - from);
      EXPECT_EQ(out.substr(at, kept.size()), kept);
      from = mark + std::string_view("zebra-1").size();
      at = out.find('"', at + kept.size());
    }
    EXPECT_EQ(out.substr(at), one.input.substr(from));
    EXPECT_EQ(out.find("zebra"), std::string::npos) << out;
  }
}

TEST(Redact, RefusesWhatIsNotWhatItIsSaidToBeAndWritesNothing) {
  for (const std::string format : {"json", "ndjson", "har", "http"}) {
    Process process =
        Process::start({FL_BINARY, "redact", "--format", format}, {.input = "otp zebra-77\n"});
    EXPECT_EQ(process.wait(), std::optional<int>(2)) << format;
    EXPECT_EQ(process.output(), "") << format;
    EXPECT_EQ(process.errors().find("zebra"), std::string::npos) << format;
  }
}

}  // namespace
}  // namespace faultline::e2e
