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
