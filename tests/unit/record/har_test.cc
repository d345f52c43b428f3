// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/har.h"

#include "proxy/record/har_splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace faultline::record {
namespace {

std::string har_of(std::string_view entries) {
  return R"({"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[)" +
         std::string(entries) + "]}}";
}

/// All exchanges of a file that comes in pieces of `piece` bytes.
Result<std::vector<RecordedExchange>> import_har(std::string_view text, size_t piece = 7) {
  HarSplitter splitter([&text, piece](char* to, size_t size) -> Result<size_t> {
    const size_t count = std::min({piece, size, text.size()});
    text.copy(to, count);
    text.remove_prefix(count);
    return count;
  });
  std::vector<RecordedExchange> all;
  for (;;) {
    FL_TRY(const auto entry, splitter.next());
    if (!entry) return all;
    FL_TRY(auto read, decode_har_entry(entry->text, entry->position));
    all.push_back(std::move(read.exchange));
  }
}

std::string entry_of(std::string_view request, std::string_view response) {
  return R"({"startedDateTime":"2026-11-21T09:15:04.250Z","request":)" + std::string(request) +
         R"(,"response":)" + std::string(response) + "}";
}

constexpr std::string_view kGet =
    R"({"method":"GET","url":"http://shop.test/items","httpVersion":"HTTP/1.1","headers":[],)"
    R"("bodySize":0})";
constexpr std::string_view kOk =
    R"({"status":200,"httpVersion":"HTTP/1.1","headers":[],"content":{"size":0,"text":""}})";

TEST(Har, ReadsAWholeExchange) {
  const std::string text = har_of(
      entry_of(R"({"method":"POST","url":"https://shop.test:8443/items/3?full=1&x=%20#top",)"
               R"("httpVersion":"h2","headers":[{"name":":path","value":"/items/3"},)"
               R"({"name":"Content-Type","value":"application/json"},)"
               R"({"name":"Content-Encoding","value":"gzip"}],)"
               R"("postData":{"mimeType":"application/json","text":"{\"n\":1}"},"bodySize":40})",
               R"({"status":201,"httpVersion":"HTTP/1.1","headers":[)"
               R"({"name":"X-One","value":"a"},{"name":"transfer-encoding","value":"chunked"}],)"
               R"("content":{"size":3,"mimeType":"image/x","text":"AP8B","encoding":"base64"}})"));

  const auto all = import_har(text);

  ASSERT_TRUE(all.has_value()) << all.error().message;
  ASSERT_EQ(all->size(), 1U);
  const RecordedExchange& exchange = all->front();
  EXPECT_EQ(exchange.name, "har/0/0");
  EXPECT_EQ(exchange.outcome, Outcome::Completed);
  EXPECT_EQ(exchange.request.method, "POST");
  EXPECT_EQ(exchange.request.target, "/items/3?full=1&x=%20");
  EXPECT_EQ(exchange.request.version, "h2");
  EXPECT_EQ(exchange.request.fields,
            (std::vector<RecordedMessage::Field>{{"Content-Type", "application/json"}}));
  EXPECT_EQ(exchange.request.body, "{\"n\":1}");
  ASSERT_TRUE(exchange.response.has_value());
  EXPECT_EQ(exchange.response->direction, Direction::Response);
  EXPECT_EQ(exchange.response->method, "POST");
  EXPECT_EQ(exchange.response->target, "/items/3?full=1&x=%20");
  EXPECT_EQ(exchange.response->status, 201);
  EXPECT_EQ(exchange.response->fields, (std::vector<RecordedMessage::Field>{{"X-One", "a"}}));
  EXPECT_EQ(exchange.response->body, std::string("\x00\xFF\x01", 3));
  EXPECT_EQ(exchange.response->body_outcome, redaction::BodyOutcome::Kept);
}

TEST(Har, ReadsWhenAnEntryBegan) {
  const auto at = [](std::string_view time) {
    return R"({"startedDateTime":")" + std::string(time) + R"(","request":)" + std::string(kGet) +
           R"(,"response":)" + std::string(kOk) + "}";
  };
  EXPECT_EQ(decode_har_entry(at("1970-01-01T01:00:00.5+01:00"), 0)->started_ns, 500'000'000);
  EXPECT_EQ(decode_har_entry(at("yesterday"), 0)->started_ns, std::nullopt);
}

TEST(Har, KnowsABodyThatIsNotThereFromOneThatWasNotKept) {
  struct Case {
    std::string name;
    std::string request;
    std::string response;
    BodyState want_request;
    BodyState want_response;
  };
  const std::string get(kGet);
  const std::string ok(kOk);
  const auto post = [](std::string_view rest) {
    return R"({"method":"POST","url":"/a")" + std::string(rest) + "}";
  };
  const auto answer = [](int status, std::string_view rest) {
    return R"({"status":)" + std::to_string(status) + std::string(rest) + "}";
  };
  const auto complete = BodyState::Complete;
  const auto not_kept = BodyState::NotKept;
  const std::vector<Case> cases{
      {"empty", get, ok, complete, complete},
      {"no postData, no size", post(""), ok, complete, complete},
      {"no postData, size", post(R"(,"bodySize":9)"), ok, not_kept, complete},
      {"no postData, length field",
       post(R"(,"bodySize":-1,"headers":[{"name":"content-length","value":"9"}])"), ok, not_kept,
       complete},
      {"form parameters only",
       post(R"(,"bodySize":-1,"postData":{"mimeType":"f","params":[{"name":"a"}]})"), ok, not_kept,
       complete},
      {"no content", get, answer(200, ""), complete, not_kept},
      {"no text, unknown size", get, answer(200, R"(,"content":{"size":-1})"), complete, not_kept},
      {"no text, size 0", get, answer(200, R"(,"content":{"size":0})"), complete, complete},
      {"no text, size 9", get, answer(200, R"(,"content":{"size":9})"), complete, not_kept},
      {"empty text, size 9", get, answer(200, R"(,"content":{"size":9,"text":""})"), complete,
       not_kept},
      {"empty text of a request, size 9", post(R"(,"bodySize":9,"postData":{"text":""})"), ok,
       not_kept, complete},
      {"empty text, size 0", get, answer(200, R"(,"content":{"size":0,"text":""})"), complete,
       complete},
      {"204 never has one", get, answer(204, R"(,"content":{"size":-1})"), complete, complete},
      {"304 never has one", get, answer(304, ""), complete, complete},
      {"HEAD never has one", R"({"method":"HEAD","url":"/"})",
       answer(200, R"(,"content":{"size":9})"), complete, complete},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);

    const auto all = import_har(har_of(entry_of(c.request, c.response)));

    ASSERT_TRUE(all.has_value()) << all.error().message;
    EXPECT_EQ(all->front().request.view().body_state, c.want_request);
    ASSERT_TRUE(all->front().response.has_value());
    EXPECT_EQ(all->front().response->view().body_state, c.want_response);
  }
}

TEST(Har, HasTextInUtf8AndBytesAsTheyWere) {
  const auto type_of = [](std::string_view content) {
    const auto all = import_har(
        har_of(entry_of(kGet, R"({"status":200,"headers":[{"name":"content-type","value":)"
                              R"("text/plain; Charset=\"iso-8859-1\"; x=1"}],"content":)" +
                                  std::string(content) + "}")));
    EXPECT_TRUE(all.has_value());
    return all ? all->front().response->fields.at(0).value : "";
  };

  EXPECT_EQ(type_of(R"({"size":2,"text":"\u00e9"})"), "text/plain; x=1");
  EXPECT_EQ(type_of(R"({"size":1,"text":"6Q==","encoding":"base64"})"),
            "text/plain; Charset=\"iso-8859-1\"; x=1");
}

TEST(Har, TakesStatusZeroForNoAnswer) {
  const auto all = import_har(har_of(entry_of(kGet, R"({"status":0,"headers":[]})")));

  ASSERT_TRUE(all.has_value());
  EXPECT_FALSE(all->front().response.has_value());
  EXPECT_EQ(all->front().outcome, Outcome::UpstreamAborted);
}

TEST(Har, FindsTheTargetInEveryFormOfUrl) {
  struct Case {
    std::string url;
    std::string want;
  };
  const std::vector<Case> cases{
      {"http://a.test", "/"},
      {"http://a.test/", "/"},
      {"http://a.test?x=1", "/?x=1"},
      {"http://a.test/p/#f", "/p/"},
      {"https://a.test/p?q#f?g", "/p?q"},
      {"/p?q=1", "/p?q=1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);

    const auto all =
        import_har(har_of(entry_of(R"({"method":"GET","url":")" + c.url + "\"}", kOk)));

    ASSERT_TRUE(all.has_value()) << all.error().message;
    EXPECT_EQ(all->front().request.target, c.want);
  }
}

TEST(Har, NamesThePlaceOfWhatIsWrong) {
  struct Case {
    std::string text;
    std::string want;
  };
  const std::vector<Case> cases{
      {"[]", "1:1: har: want an object"},
      {"{}", "1:3: har/log: missing"},
      {R"({"log":[]})", "1:8: har/log: want an object"},
      {R"({"log":{}})", "1:10: har/log/entries: missing (0 entries before it)"},
      {R"({"log":{"entries":{}}})", "1:19: har/log/entries: want an array (0 entries before it)"},
      {"{\"log\":{\n \"entries\":[],\n \"entries\":[]}}",
       "3:12: har/log/entries: stands here twice (0 entries before it)"},
      {"{\"a\":tru, \"log\":{}}",
       "1:6: har/a: unexpected character where a value belongs at byte 0"},
      {"{\"log\" {}}", "1:8: har: want ':' after a name"},
      {R"({"log":{"entries":[]}} x)", "1:24: har: something follows the end (0 entries before it)"},
      {har_of("1"), "har/log/entries/0: want an object"},
      {har_of(entry_of(kGet, kOk) + ",{}"), "har/log/entries/1/request: missing"},
      {har_of(entry_of(R"({"url":"/"})", kOk)), "har/log/entries/0/request/method: missing"},
      {har_of(entry_of(R"({"method":"GET"})", kOk)), "har/log/entries/0/request/url: missing"},
      {har_of(entry_of(R"({"method":"","url":"/"})", kOk)),
       "har/log/entries/0/request/method: is empty"},
      {har_of(entry_of(R"({"method":"GET","url":""})", kOk)),
       "har/log/entries/0/request/url: is empty"},
      {har_of(entry_of(R"({"method":"GET","url":"/","headers":[{"name":"a"}]})", kOk)),
       "har/log/entries/0/request/headers/0/value: missing"},
      {har_of(entry_of(kGet, R"({"status":"200"})")),
       "har/log/entries/0/response/status: want an integer"},
      {har_of(entry_of(kGet, R"({"status":1000})")),
       "har/log/entries/0/response/status: want at most three digits"},
      {har_of(entry_of(kGet, R"({"status":200,"content":{"text":"*","encoding":"base64"}})")),
       "har/log/entries/0/response/content/text: is not base64"},
      {har_of(entry_of(kGet, R"({"status":200,"content":{"text":"a","encoding":"rot13"}})")),
       "har/log/entries/0/response/content/encoding: unknown encoding 'rot13'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);

    const auto all = import_har(c.text);

    ASSERT_FALSE(all.has_value());
    EXPECT_EQ(all.error().code, ErrorCode::ParseFailed);
    EXPECT_EQ(all.error().message, c.want);
  }
}

TEST(Har, GivesEverythingBeforeACutAndItsPlace) {
  const std::string whole = har_of(entry_of(kGet, kOk) + ",\n" + entry_of(kGet, kOk));
  const size_t first_end = whole.find(",\n");
  const size_t second_end = whole.rfind(']');
  for (size_t length = 0; length < whole.size(); ++length) {
    SCOPED_TRACE(length);
    std::string_view text = std::string_view(whole).substr(0, length);
    HarSplitter splitter([&text](char* to, size_t size) -> Result<size_t> {
      const size_t count = std::min({size_t{11}, size, text.size()});
      text.copy(to, count);
      text.remove_prefix(count);
      return count;
    });

    uint64_t entries = 0;
    auto entry = splitter.next();
    for (; entry && *entry; entry = splitter.next()) ++entries;

    ASSERT_FALSE(entry.has_value()) << "a cut file was taken for a whole one";
    EXPECT_EQ(entries, (length >= first_end ? 1U : 0U) + (length >= second_end ? 1U : 0U));
    EXPECT_NE(entry.error().message.find("the file ends in the middle"), std::string::npos)
        << entry.error().message;
    const bool is_second_line = length > first_end + 1;
    EXPECT_TRUE(entry.error().message.starts_with(
        is_second_line ? "2:" + std::to_string(length - first_end - 1) + ": "
                       : "1:" + std::to_string(length + 1) + ": "))
        << entry.error().message;
  }
}

TEST(Har, BoundsOneEntry) {
  std::string_view text = R"({"log":{"entries":["0123456789012345678901234567890"]}})";
  HarSplitter splitter(
      [&text](char* to, size_t size) -> Result<size_t> {
        const size_t count = std::min(size, text.size());
        text.copy(to, count);
        text.remove_prefix(count);
        return count;
      },
      16);

  const auto entry = splitter.next();

  ASSERT_FALSE(entry.has_value());
  EXPECT_EQ(entry.error().message,
            "1:20: har/log/entries/0: is larger than what is read at once (0 entries before it)");
}

TEST(Har, IsRecognisedByItsBeginning) {
  EXPECT_TRUE(looks_like_har(R"({"log":{}})"));
  EXPECT_TRUE(looks_like_har("\xEF\xBB\xBF \n{ \"log\" : {"));
  EXPECT_FALSE(looks_like_har(R"({"v":1})"));
  EXPECT_FALSE(looks_like_har(""));
  EXPECT_FALSE(looks_like_har("  "));
}

TEST(Har, IgnoresAByteOrderMark) {
  const auto all = import_har("\xEF\xBB\xBF" + har_of(entry_of(kGet, kOk)));

  ASSERT_TRUE(all.has_value()) << all.error().message;
  EXPECT_EQ(all->size(), 1U);
}

}  // namespace
}  // namespace faultline::record
