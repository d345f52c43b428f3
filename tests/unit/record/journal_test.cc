// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/journal.h"

#include "proxy/json/tape.h"
#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace faultline::record {
namespace {

using test::Redacting;
using test::TempFolder;
using test::Wire;

JournalEntry make_entry(Redacting& redact, uint64_t exchange) {
  Wire request{.fields = {{"Accept", "application/json"}, {"accept", "text/plain"}}};
  Wire response{.direction = Direction::Response,
                .fields = {{"Content-Type", "application/json"}},
                .body = R"({"count":2})"};
  return JournalEntry{.id = {.listener = 0, .connection = 17, .exchange = exchange},
                      .listener = "shop",
                      .t_ns = 5000,
                      .request = redact(request),
                      .response = redact(response),
                      .faults = {{9, "slow-cart", "latency", Direction::Request}},
                      .outcome = Outcome::Completed};
}

constexpr std::string_view kLine3 =
    R"({"v":1,"id":"shop/17/3","t_ns":5000,"listener":"shop","request":{"method":"GET",)"
    R"("target":"/cart/17","version":"HTTP/1.1","fields":[["Accept","application/json"],)"
    R"(["accept","text/plain"]],"body_bytes":0,"body_state":"complete","body_outcome":"empty"},)"
    R"("response":{"status":200,"version":"HTTP/1.1","fields":[["Content-Type",)"
    R"("application/json"]],"body":"{\"count\":2}","body_bytes":11,"body_state":"complete",)"
    R"("body_outcome":"kept"},"faults":[{"event":9,"rule":"slow-cart","fault":"latency",)"
    R"("side":"request"}],"outcome":"completed"})";

/// All exchanges; expects no error.
std::vector<RecordedExchange> read_all(JournalReader& reader) {
  std::vector<RecordedExchange> all;
  for (;;) {
    auto next = reader.next();
    EXPECT_TRUE(next.has_value()) << next.error().message;
    if (!next || !*next) return all;
    all.push_back(std::move(**next));
  }
}

/// A journal with these lines in its first segment.
std::unique_ptr<JournalReader> reader_of(const TempFolder& folder, std::string_view text) {
  test::write_text(folder.file("000001.jsonl"), text);
  auto reader = JournalReader::open(folder.path());
  EXPECT_TRUE(reader.has_value());
  return std::move(*reader);
}

void write_entries(Redacting& redact, const std::string& path, uint64_t count,
                   const JournalWriter::Options& options) {
  auto writer = JournalWriter::open(path, options);
  ASSERT_TRUE(writer.has_value()) << writer.error().message;
  for (uint64_t i = 0; i < count; ++i) {
    ASSERT_TRUE((*writer)->append(make_entry(redact, i)).has_value());
  }
  ASSERT_TRUE((*writer)->close().has_value());
}

TEST(JournalWriter, WritesOneLineInTheDocumentedForm) {
  const TempFolder folder;
  Redacting redact;
  auto writer = JournalWriter::open(folder.file("journal"));
  ASSERT_TRUE(writer.has_value());

  ASSERT_TRUE((*writer)->append(make_entry(redact, 3)).has_value());
  ASSERT_TRUE((*writer)->close().has_value());

  const std::string text = test::read_text(folder.file("journal/000001.jsonl"));
  EXPECT_EQ(text, std::string(kLine3) + "\n");
  EXPECT_TRUE(json::Document::parse(kLine3).has_value());
  EXPECT_EQ((*writer)->written(), 1U);
  EXPECT_EQ((*writer)->lost(), 0U);
}

TEST(JournalWriter, KeepsNothingThatTheRedactorTookOut) {
  const TempFolder folder;
  Redacting redact;
  const std::string secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  Wire request{.fields = {{"Authorization", "Bearer " + secret}}};
  JournalEntry entry{.listener = "shop", .request = redact(request)};
  auto writer = JournalWriter::open(folder.file("journal"));
  ASSERT_TRUE(writer.has_value());

  ASSERT_TRUE((*writer)->append(entry).has_value());
  ASSERT_TRUE((*writer)->close().has_value());

  const std::string text = test::read_text(folder.file("journal/000001.jsonl"));
  EXPECT_NE(text.find("Authorization"), std::string::npos);
  EXPECT_EQ(text.find(secret), std::string::npos);
}

TEST(JournalWriter, HoldsLinesBackUntilItIsAskedToFlush) {
  const TempFolder folder;
  Redacting redact;
  auto writer = JournalWriter::open(folder.file("journal"));
  ASSERT_TRUE(writer.has_value());

  ASSERT_TRUE((*writer)->append(make_entry(redact, 3)).has_value());
  const std::string before = test::read_text(folder.file("journal/000001.jsonl"));
  ASSERT_TRUE((*writer)->flush().has_value());
  const std::string after = test::read_text(folder.file("journal/000001.jsonl"));

  EXPECT_EQ(before, "");
  EXPECT_EQ(after, std::string(kLine3) + "\n");
}

TEST(JournalWriter, WritesByItselfOnceTheBufferIsFull) {
  const TempFolder folder;
  Redacting redact;
  auto writer = JournalWriter::open(folder.file("journal"), {.buffer_bytes = 600});
  ASSERT_TRUE(writer.has_value());

  ASSERT_TRUE((*writer)->append(make_entry(redact, 3)).has_value());
  ASSERT_TRUE((*writer)->append(make_entry(redact, 4)).has_value());

  EXPECT_EQ((*writer)->written(), 2U);
  EXPECT_GT(test::read_text(folder.file("journal/000001.jsonl")).size(), kLine3.size());
}

TEST(JournalWriter, StartsAnotherSegmentWhenOneIsFull) {
  const TempFolder folder;
  Redacting redact;

  write_entries(redact, folder.file("journal"), 5, {.segment_bytes = 1500, .buffer_bytes = 1});

  EXPECT_TRUE(std::filesystem::exists(folder.file("journal/000001.jsonl")));
  EXPECT_TRUE(std::filesystem::exists(folder.file("journal/000003.jsonl")));
  EXPECT_FALSE(std::filesystem::exists(folder.file("journal/000004.jsonl")));
  auto reader = JournalReader::open(folder.file("journal"));
  ASSERT_TRUE(reader.has_value());
  const auto all = read_all(**reader);
  ASSERT_EQ(all.size(), 5U);
  for (uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(all[i].id.exchange, i);
  }
}

TEST(JournalWriter, RefusesToWriteOverAJournal) {
  const TempFolder folder;
  test::write_text(folder.file("000001.jsonl"), "old\n");

  const auto writer = JournalWriter::open(folder.path());

  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().code, ErrorCode::AlreadyExists);
  EXPECT_EQ(writer.error().message, "cannot open " + folder.file("000001.jsonl") + ": File exists");
  EXPECT_EQ(test::read_text(folder.file("000001.jsonl")), "old\n");
}

TEST(JournalWriter, NamesTheFolderItCannotMake) {
  const auto writer = JournalWriter::open("/dev/null/journal");

  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().message, "cannot make folder /dev/null/journal: Not a directory");
}

TEST(JournalWriter, ReportsAFullDiskAndCountsWhatIsLost) {
  const TempFolder folder;
  Redacting redact;
  auto writer = JournalWriter::open(folder.file("journal"), {.buffer_bytes = 1});
  ASSERT_TRUE(writer.has_value());
  const uint64_t line_bytes = kLine3.size() + 1;

  Status second;
  Status third;
  {
    const test::FileSizeLimit limit(line_bytes + line_bytes / 2);
    ASSERT_TRUE((*writer)->append(make_entry(redact, 1)).has_value());
    second = (*writer)->append(make_entry(redact, 2));
  }
  third = (*writer)->append(make_entry(redact, 3));

  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::DiskFull);
  EXPECT_EQ(second.error().message,
            "cannot write " + folder.file("journal/000001.jsonl") + ": File too large");
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().message, second.error().message);
  EXPECT_EQ((*writer)->written(), 1U);
  EXPECT_EQ((*writer)->lost(), 2U);
  auto reader = JournalReader::open(folder.file("journal"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(read_all(**reader).size(), 1U);
  EXPECT_TRUE((*reader)->notes().empty()) << (*reader)->notes().front();
}

void expect_same(const RecordedMessage& got, const redaction::RedactedMessage& want) {
  EXPECT_EQ(got.direction, want.direction());
  EXPECT_EQ(got.status, want.status());
  EXPECT_EQ(got.version, want.version());
  EXPECT_EQ(got.body, want.body());
  EXPECT_EQ(got.body_state, want.body_state());
  EXPECT_EQ(got.body_outcome, want.body_outcome());
  EXPECT_EQ(got.drop_reason, want.drop_reason());
  EXPECT_EQ(got.original_body_bytes, want.original_body_bytes());
  ASSERT_EQ(got.fields.size(), want.fields().size());
  for (size_t i = 0; i < got.fields.size(); ++i) {
    EXPECT_EQ(got.fields[i].name, want.fields()[i].name);
    EXPECT_EQ(got.fields[i].value, want.fields()[i].value);
  }
  ASSERT_EQ(got.trailers.size(), want.trailers().size());
  for (size_t i = 0; i < got.trailers.size(); ++i) {
    EXPECT_EQ(got.trailers[i].value, want.trailers()[i].value);
  }
}

TEST(Journal, GivesBackEveryMessageThatWasWritten) {
  struct Case {
    std::string name;
    Wire request;
    std::optional<Wire> response;
    Outcome outcome = Outcome::Completed;
  };
  const std::vector<Case> cases{
      {"no response", Wire{.method = "DELETE"}, {}, Outcome::TimedOut},
      {"query and odd characters", Wire{.target = "/a%20b?x=1&y=\"\\"}, {}, Outcome::Injected},
      {"trailers", Wire{.trailers = {{"Digest", "abc"}}},
       Wire{.direction = Direction::Response, .status = 204, .trailers = {{"X-Sum", "1"}}},
       Outcome::UpstreamAborted},
      {"text with line ends and controls",
       Wire{.method = "POST",
            .fields = {{"Content-Type", "text/plain"}},
            .body = "one\ntwo\r\n\tthree\x01 four"},
       Wire{.direction = Direction::Response, .status = 500}, Outcome::DownstreamAborted},
      {"bytes that are no text",
       Wire{.method = "POST",
            .fields = {{"Content-Type", "application/octet-stream"}},
            .body = std::string("\xFF\xFE\x00\x01", 4)},
       {},
       Outcome::ProxyAborted},
      {"an aborted body", Wire{},
       Wire{.direction = Direction::Response,
            .fields = {{"Content-Type", "text/plain"}},
            .body = "half",
            .body_state = BodyState::Aborted},
       Outcome::UpstreamAborted},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const TempFolder folder;
    Redacting redact;
    JournalEntry entry{.id = {.listener = 4, .connection = 5, .exchange = 6},
                       .listener = "shop",
                       .t_ns = -1,
                       .request = redact(c.request),
                       .faults = {{1, "a/b", "schema_drift", Direction::Response,
                                   redaction::Redactor::vouch("/0/\"price\"")},
                                  {2, "c", "abort", Direction::Request}},
                       .outcome = c.outcome};
    if (c.response) entry.response = redact(*c.response);
    auto writer = JournalWriter::open(folder.path());
    ASSERT_TRUE(writer.has_value());

    ASSERT_TRUE((*writer)->append(entry).has_value());
    ASSERT_TRUE((*writer)->close().has_value());
    auto reader = JournalReader::open(folder.path());
    ASSERT_TRUE(reader.has_value());
    const auto all = read_all(**reader);

    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].name, "shop/5/6");
    EXPECT_EQ(all[0].listener, "shop");
    EXPECT_EQ(all[0].t_ns, -1);
    EXPECT_EQ(all[0].faults, (std::vector<FaultRef>{
                                 {1, "a/b", "schema_drift", Direction::Response, "/0/\"price\""},
                                 {2, "c", "abort", Direction::Request, ""}}));
    EXPECT_EQ(all[0].outcome, c.outcome);
    EXPECT_EQ(all[0].request.method, entry.request.method());
    EXPECT_EQ(all[0].request.target, entry.request.target());
    expect_same(all[0].request, entry.request);
    ASSERT_EQ(all[0].response.has_value(), c.response.has_value());
    if (!c.response) continue;
    EXPECT_EQ(all[0].response->method, entry.request.method());
    expect_same(*all[0].response, *entry.response);
  }
}

TEST(JournalReader, NamesATornLastLineWhereverItIsTorn) {
  const TempFolder folder;
  const std::string whole = std::string(kLine3) + "\n";
  for (size_t kept = 1; kept < kLine3.size(); ++kept) {
    SCOPED_TRACE(kept);
    const auto reader = reader_of(folder, whole + whole.substr(0, kept));

    const auto all = read_all(*reader);

    EXPECT_EQ(all.size(), 1U);
    EXPECT_EQ(reader->notes(), std::vector<std::string>{"segment 000001.jsonl: last line is "
                                                        "incomplete: 1 exchange lost"});
  }
}

TEST(JournalReader, TakesALastLineThatOnlyLacksItsLineEnd) {
  const TempFolder folder;
  const auto reader = reader_of(folder, kLine3);

  const auto all = read_all(*reader);

  EXPECT_EQ(all.size(), 1U);
  EXPECT_TRUE(reader->notes().empty());
}

TEST(JournalReader, NamesFileAndLineOfAMalformedLineAndGoesOn) {
  struct Case {
    std::string from;
    std::string to;
    std::string want;
  };
  const std::vector<Case> cases{
      {R"({"v":1)", R"(["v":1)", ""},
      {R"("v":1)", R"("v":2)", "journal format 2 is not supported"},
      {R"("v":1,)", "", "v: missing"},
      {R"("shop/17/3")", R"("shop/17")", "id: want listener/connection/exchange"},
      {R"("shop/17/3")", R"("shop/-1/3")", "id: want listener/connection/exchange"},
      {R"("t_ns":5000)", R"("t_ns":"5000")", "t_ns: want an integer"},
      {R"("listener":"shop",)", "", "listener: missing"},
      {R"("request":{)", R"("requests":{)", "request: missing"},
      {R"("method":"GET")", R"("method":7)", "request/method: want a string"},
      {R"("target":"/cart/17",)", "", "request/target: missing"},
      {R"(["accept","text/plain"])", R"(["accept"])", "request/fields: want pairs of strings"},
      {R"("body_bytes":0)", R"("body_bytes":-1)",
       "request/body_bytes: want an integer of at least 0"},
      {R"("status":200)", R"("status":2000)", "response/status: want at most three digits"},
      {R"("status":200)", R"("status":2e-1)", "response/status: want an integer"},
      {R"("body":"{\"count\":2}")", R"("body":{"count":2})", "response/body: want a string"},
      {R"("body_outcome":"kept")", R"("body_outcome":"kind")",
       "response/body_outcome: unknown word 'kind'"},
      {R"("side":"request")", R"("side":"left")", "faults/0/side: want 'request' or 'response'"},
      {R"("side":"request"})", R"("side":"request","pointer":1})",
       "faults/0/pointer: want a string"},
      {R"("event":9)", R"("event":9.5)", "faults/0/event: want an integer"},
      {R"("outcome":"completed")", R"("outcome":"fine")", "outcome: unknown word 'fine'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.to + " for " + c.from);
    const TempFolder folder;
    std::string broken(kLine3);
    const size_t at = broken.find(c.from);
    ASSERT_NE(at, std::string::npos);
    broken.replace(at, c.from.size(), c.to);
    const std::string good(kLine3);
    const auto reader = reader_of(folder, good + "\n" + broken + "\n" + good + "\n");

    ASSERT_TRUE(reader->next().has_value());
    const auto second = reader->next();
    const auto third = reader->next();
    const auto end = reader->next();

    ASSERT_FALSE(second.has_value());
    const std::string place = folder.file("000001.jsonl") + ":2: ";
    EXPECT_EQ(second.error().message.substr(0, place.size()), place);
    if (!c.want.empty()) {
      EXPECT_EQ(second.error().message, place + c.want);
    }
    ASSERT_TRUE(third.has_value());
    EXPECT_TRUE(third->has_value());
    ASSERT_TRUE(end.has_value());
    EXPECT_FALSE(end->has_value());
    EXPECT_EQ(reader->exchanges(), 2U);
  }
}

TEST(JournalReader, NamesSegmentsThatAreMissing) {
  const TempFolder folder;
  const std::string line = std::string(kLine3) + "\n";
  for (const char* name : {"000002.jsonl", "000003.jsonl", "000007.jsonl"}) {
    test::write_text(folder.file(name), line);
  }
  test::write_text(folder.file("notes.jsonl"), "not a segment");
  test::write_text(folder.file("000004.json"), "not a segment");
  auto reader = JournalReader::open(folder.path());
  ASSERT_TRUE(reader.has_value());

  const auto all = read_all(**reader);

  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ((*reader)->notes(),
            (std::vector<std::string>{"segment 000001.jsonl is missing",
                                      "segments 000004.jsonl to 000006.jsonl are missing"}));
}

TEST(JournalReader, TakesAnEmptyFolderForAnEmptyJournalButNotAMissingOne) {
  const TempFolder folder;

  auto empty = JournalReader::open(folder.path());
  const auto missing = JournalReader::open(folder.file("nowhere"));

  ASSERT_TRUE(empty.has_value());
  EXPECT_TRUE(read_all(**empty).empty());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_EQ(missing.error().message,
            "cannot read " + folder.file("nowhere") + ": No such file or directory");
}

TEST(JournalReader, ReadsLinesThatSpanManyBlocks) {
  const TempFolder folder;
  std::string line(kLine3);
  const std::string body(3UL * 1024 * 1024, 'x');
  const std::string old = R"("body":"{\"count\":2}")";
  line.replace(line.find(old), old.size(), "\"body\":\"" + body + "\"");
  const auto reader =
      reader_of(folder, std::string(kLine3) + "\n" + line + "\n" + std::string(kLine3) + "\n");

  const auto all = read_all(*reader);

  ASSERT_EQ(all.size(), 3U);
  ASSERT_TRUE(all[1].response.has_value());
  EXPECT_EQ(all[1].response->body, body);
  EXPECT_EQ(all[2].response->body, R"({"count":2})");
}

}  // namespace
}  // namespace faultline::record
