// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/plain_fields.h"

#include "proxy/base/limits.h"
#include "tests/unit/http/codec_support.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace faultline::http {
namespace {

using testing::parse_requests;
using testing::parse_response;

// "name=value" of each field, or "no" when the lines are not plain.
std::string read(std::string_view bytes) {
  Fields fields;
  const auto size = read_plain_fields(bytes, fields);
  if (!size) return "no";
  std::string text = std::to_string(*size);
  for (const Field& field : fields.all()) {
    text += " " + std::string(field.name) + "=" + std::string(field.value);
  }
  return text;
}

TEST(PlainFields, AreReadUpToTheEmptyLine) {
  struct Case {
    std::string bytes;
    std::string read;
  };
  const Case cases[] = {
      {"\r\n", "2"},
      {"\r\nbody", "2"},
      {"Host: a.test\r\n\r\nA: b\r\n\r\n", "16 Host=a.test"},
      {"a:b\r\n-_09AZaz: \t x\ty \t \r\n\r\n", "27 a=b -_09AZaz=x\ty"},
      {"Empty:\r\nBlank: \t\r\n\r\n", "20 Empty= Blank="},
      {"Text: \x80\xFF z\r\n\r\n", "14 Text=\x80\xFF z"},
      {"Content-Length: 123456789012345678\r\n\r\n", "38 Content-Length=123456789012345678"},
      {"content-length:  007\r\n\r\n", "24 content-length=007"},
      {"Transfer-Encoding: chunked\r\n\r\n", "30 Transfer-Encoding=chunked"},
      {"Connection: close, x\r\nUpgrade: y\r\n\r\n", "36 Connection=close, x Upgrade=y"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read(c.bytes), c.read) << c.bytes;
  }
}

TEST(PlainFields, LeaveTheRestToTheGrammar) {
  const std::string_view cases[] = {
      "",
      "\r",
      "Host: a",
      "Host: a\r\n",
      "Host: a\r\n\r",
      "Host: a\n\n",
      "Host: a\r\n\n",
      "Host: a\rb\r\n\r\n",
      "Host\r\n\r\n",
      ": a\r\n\r\n",
      "Host : a\r\n\r\n",
      "H\x80st: a\r\n\r\n",
      "H.st: a\r\n\r\n",
      "Host: a\r\n b\r\n\r\n",
      "Host: a\x7F\r\n\r\n",
      "Content-Length:\r\n\r\n",
      "Content-Length: 5 \r\n\r\n",
      "Content-Length: +5\r\n\r\n",
      "Content-Length: 5, 5\r\n\r\n",
      "Content-Length: 1234567890123456789\r\n\r\n",
      "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
      "Transfer-Encoding: Chunked\r\n\r\n",
      "Transfer-Encoding: gzip, chunked\r\n\r\n",
  };
  for (const std::string_view bytes : cases) {
    EXPECT_EQ(read(bytes), "no") << bytes;
  }
}

TEST(PlainFields, AreNoMoreThanAHeadMayHave) {
  std::string lines;
  for (size_t i = 0; i < limits::kHeadFields; ++i) lines += "a: b\r\n";

  EXPECT_NE(read(lines + "\r\n"), "no");
  EXPECT_EQ(read(lines + "a: b\r\n\r\n"), "no");
}

// A head that comes in pieces is the grammar's. So every change of a byte shows whether the two
// agree about what they both take.
template <typename Parse>
void expect_that_both_agree(const std::string& line, const std::string& fields, Parse parse) {
  const std::string_view bytes("\0\t\n\r \"(),/0:;?@Aa[_{\x7F\x80\xFF", 23);
  int plain = 0;
  for (size_t at = 0; at < fields.size(); ++at) {
    for (const char byte : bytes) {
      std::string changed = fields;
      changed[at] = byte;
      SCOPED_TRACE(::testing::PrintToString(changed));
      plain += read(changed) != "no" ? 1 : 0;

      const auto whole = parse(line + changed, std::vector<size_t>{});
      const auto pieces = parse(line + changed, std::vector<size_t>{line.size() + 1});

      ASSERT_EQ(whole.is_rejected, pieces.is_rejected);
      ASSERT_EQ(whole.status, pieces.status);
      ASSERT_EQ(whole.reason, pieces.reason);
      ASSERT_EQ(whole.log, pieces.log);
      ASSERT_EQ(whole.wire, pieces.wire);
      ASSERT_EQ(whole.rest, pieces.rest);
    }
  }
  EXPECT_GT(plain, 100);
}

TEST(PlainFields, OfARequestMeanWhatTheyMeanToTheGrammar) {
  expect_that_both_agree(
      "POST /a HTTP/1.1\r\n",
      "Host: a.test\r\nConnection: close, x\r\nContent-Length: 10\r\n\r\n0123456789",
      [](const std::string& bytes, const std::vector<size_t>& cuts) {
        return parse_requests(bytes, cuts);
      });
}

TEST(PlainFields, OfAResponseMeanWhatTheyMeanToTheGrammar) {
  expect_that_both_agree("HTTP/1.1 200 OK\r\n",
                         "Transfer-Encoding: chunked\r\nUpgrade: x\r\n\r\n1\r\na\r\n0\r\n\r\n",
                         [](const std::string& bytes, const std::vector<size_t>& cuts) {
                           return parse_response(bytes, {}, cuts);
                         });
}

}  // namespace
}  // namespace faultline::http
