// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Traffic comes in pieces, and a secret may lie across any seam: wherever a body was cut, what is
// written of it is the same.
#include "proxy/base/text.h"
#include "proxy/mirror/analysis.h"
#include "proxy/mirror/pipeline.h"
#include "proxy/tls/digest.h"
#include "tests/unit/coding/encoders.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <stdlib.h>

namespace faultline::mirror {
namespace {

constexpr std::string_view kJson =
    R"({"note":"for alice.smith@example.com, 4111 1111 1111 1111","password":"zebra\u0021"})";
constexpr std::string_view kForm = "note=for+alice.smith%40example.com&password=zebra%21&a=1";
constexpr std::string_view kEvents =
    "event: note\ndata: {\"to\":\"alice.smith@example.com\",\"otp\":\"zebra\"}\n\n";

// A run's journal in a folder of its own, and what the analysis writes there.
class SplitTest : public ::testing::Test {
 protected:
  SplitTest() {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    auto journal = record::JournalWriter::open(folder_ + "/journal");
    EXPECT_TRUE(journal.has_value());
    journal_ = std::move(*journal);
    auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
    EXPECT_TRUE(redactor.has_value());
    analysis_ = std::make_unique<Analysis>(
        std::make_unique<Pipeline>(std::move(*redactor), state_,
                                   Pipeline::Files{.journal = journal_.get()}),
        doorbell_, std::vector<Tee*>{&tee_});
    analysis_->start();
  }
  ~SplitTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // One exchange whose answer has the body in slices of the given lengths, the rest in a last one.
  void send(std::string_view type, std::string_view coding, std::string_view body,
            const std::vector<size_t>& cuts) {
    while (!tee_.reserve()) tee_.collect();
    auto exchange = std::make_unique<CapturedExchange>();
    exchange->listener = "shop";
    exchange->request.head.method = "GET";
    exchange->request.head.target = "/items";
    auto& response = exchange->response.emplace();
    response.head.status = 200;
    response.head.fields.append("Content-Type", type);
    if (!coding.empty()) response.head.fields.append("Content-Encoding", coding);
    size_t at = 0;
    for (const size_t cut : cuts) {
      append(response.payload, body.substr(at, cut - at));
      at = cut;
    }
    append(response.payload, body.substr(at));
    tee_.push(std::move(exchange));
    ++sent_;
  }

  // A block for each piece: two slices of one block may lie side by side.
  void append(buffer::Chain& payload, std::string_view piece) {
    if (piece.empty()) return;
    auto& block = pool_.acquire();
    std::copy(piece.begin(), piece.end(), block.data());
    payload.append(buffer::Slice(block, 0, static_cast<uint32_t>(piece.size())));
  }

  // Each way to cut the body once, and all of it in single bytes.
  void send_cut_everywhere(std::string_view type, std::string_view coding, std::string_view body) {
    std::vector<size_t> all;
    for (size_t cut = 0; cut < body.size(); ++cut) {
      send(type, coding, body, {cut});
      all.push_back(cut);
    }
    send(type, coding, body, all);
  }

  // What was written of the answers, each different line once, their places in time left out.
  std::set<std::string> written() {
    analysis_->stop();
    tee_.collect();
    EXPECT_TRUE(journal_->close());
    std::ifstream in(folder_ + "/journal/000001.jsonl", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    EXPECT_EQ(text.find("alice"), std::string::npos);
    EXPECT_EQ(text.find("zebra"), std::string::npos);
    EXPECT_EQ(text.find("4111 1111 1111 1111"), std::string::npos);
    std::set<std::string> out;
    size_t lines = 0;
    for (const auto line : split(text, '\n')) {
      if (line.empty()) continue;
      ++lines;
      out.emplace(line.substr(line.find("\"response\"")));
    }
    EXPECT_EQ(lines, sent_);
    return out;
  }

  std::string folder_ = ::testing::TempDir() + "faultline-XXXXXX";
  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  std::unique_ptr<record::JournalWriter> journal_;
  run::RunState state_;
  buffer::BlockPool pool_;
  Doorbell doorbell_;
  Tee tee_{TeeMode::Lossless, doorbell_};
  std::unique_ptr<Analysis> analysis_;
  size_t sent_ = 0;
};

TEST_F(SplitTest, JsonIsWrittenAlikeWhereverItWasCut) {
  send_cut_everywhere("application/json", "", kJson);

  const auto lines = written();

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines.begin()->find("redacted.invalid"), std::string::npos) << *lines.begin();
}

TEST_F(SplitTest, FormsAndEventsAreWrittenAlikeWhereverTheyWereCut) {
  send_cut_everywhere("application/x-www-form-urlencoded", "", kForm);
  send_cut_everywhere("text/event-stream", "", kEvents);

  EXPECT_EQ(written().size(), 2U);
}

TEST_F(SplitTest, CodedBodiesAreWrittenAlikeWhereverTheyWereCut) {
  for (const auto name : coding::test::codings()) {
    send_cut_everywhere("application/json", coding::test::header_of(name),
                        coding::test::encode(name, kJson));
  }

  // One for each coding: they differ in the bytes that were sent.
  EXPECT_EQ(written().size(), coding::test::codings().size());
}

}  // namespace
}  // namespace faultline::mirror
