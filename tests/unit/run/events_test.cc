// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/events.h"

#include "proxy/base/clock.h"
#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "proxy/tls/digest.h"
#include "tests/unit/run/run_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace faultline::run {
namespace {

using test::TempFolder;

class EventLogTest : public ::testing::Test {
 protected:
  void open(EventLog::Options options = {}) {
    options.started = MonoTime{1000};
    auto log = EventLog::open(*folder_, options, test::make_redactor(*crypto_));
    ASSERT_TRUE(log.has_value()) << log.error().message;
    log_ = std::move(*log);
  }
  [[nodiscard]] std::string text() const {
    return test::read_text(folder_->file_path("events.jsonl"));
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::string all = text();
    std::vector<std::string> out;
    for (const auto line : split(all, '\n')) {
      out.emplace_back(line);
    }
    EXPECT_EQ(out.back(), "");
    out.pop_back();
    return out;
  }

  TempFolder temp_;
  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  std::unique_ptr<RunFolder> folder_ = test::make_folder(temp_.path(), *crypto_);
  std::unique_ptr<EventLog> log_;
};

Event make_decision(const std::string& key, uint64_t occurrence, const std::string& draw) {
  Event event;
  event.kind = "fault";
  event.time = MonoTime{3000};
  event.fields = {{"rule", "\"slow-cart\""},
                  {"scope", "\"route\""},
                  {"occurrence", std::to_string(occurrence)},
                  {"u", "\"" + draw + "\""},
                  {"verdict", "\"applied\""},
                  {"action", "\"delay 5 ns\""}};
  event.traffic_texts = {{"key", key}};
  return event;
}

TEST_F(EventLogTest, WritesOneLinePerEvent) {
  open();

  const uint64_t first = log_->emit({"run", MonoTime{1000}, {{"note", "\"start\""}}, {}});
  const uint64_t second =
      log_->emit({"phase", MonoTime{2500}, {{"name", "\"fault\""}, {"n", "3"}}, {{"key", "a\"b"}}});
  ASSERT_TRUE(log_->close().has_value());

  EXPECT_EQ(first, 1U);
  EXPECT_EQ(second, 2U);
  EXPECT_EQ(text(),
            R"({"id":1,"t_ns":0,"run":"20261121T091504Z-demo-42","kind":"run","note":"start"})"
            "\n"
            R"({"id":2,"t_ns":1500,"run":"20261121T091504Z-demo-42","kind":"phase",)"
            R"("name":"fault","n":3,"key":"a\"b"})"
            "\n");
  EXPECT_EQ(log_->written(), 2U);
  EXPECT_EQ(log_->dropped(), 0U);
}

TEST_F(EventLogTest, RedactsTextsThatCanHoldTraffic) {
  open();

  log_->emit({"fault", MonoTime{1000}, {}, {{"key", "ann.lee@mailhouse.net"}}});
  ASSERT_TRUE(log_->close().has_value());

  EXPECT_EQ(text().find("ann.lee@mailhouse.net"), std::string::npos);
  EXPECT_NE(text().find("\"key\":\""), std::string::npos);
  uint64_t hits = 0;
  for (const auto& [name, count] : log_->redaction_hits()) {
    hits += count;
  }
  EXPECT_EQ(hits, 1U);
}

TEST_F(EventLogTest, WritesWhatWasDrainedBeforeItIsClosed) {
  open();

  log_->emit({"run", MonoTime{1000}, {}, {}});
  ASSERT_TRUE(log_->drain().has_value());
  const size_t drained = lines().size();
  log_->emit({"run", MonoTime{1000}, {}, {}});
  const size_t not_drained = lines().size();

  EXPECT_EQ(drained, 1U);
  EXPECT_EQ(not_drained, 1U);
}

TEST_F(EventLogTest, DrainsByItselfOnceStarted) {
  open({.drain_every = std::chrono::milliseconds(1)});
  const SystemClock clock;
  const MonoTime deadline = clock.now() + std::chrono::seconds(20);

  log_->start();
  log_->emit({"run", MonoTime{1000}, {}, {}});
  while (log_->written() == 0 && clock.now() < deadline) {
    std::this_thread::yield();
  }

  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(EventLogTest, CountsWhatAFullQueueDrops) {
  open({.queue_lines = 2});

  for (uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(log_->emit({"run", MonoTime{1000}, {}, {}}), id);
  }
  ASSERT_TRUE(log_->drain().has_value());
  log_->emit({"run", MonoTime{1000}, {}, {}});
  ASSERT_TRUE(log_->close().has_value());

  EXPECT_EQ(log_->emitted(), 6U);
  EXPECT_EQ(log_->dropped(), 3U);
  EXPECT_EQ(log_->written(), 3U);
  EXPECT_EQ(lines().size(), 3U);
  EXPECT_EQ(lines()[2].substr(0, 8), "{\"id\":6,");
}

TEST_F(EventLogTest, CountsEventsAfterTheEndAsDropped) {
  open();
  ASSERT_TRUE(log_->close().has_value());

  log_->emit({"run", MonoTime{1000}, {}, {}});
  ASSERT_TRUE(log_->close().has_value());

  EXPECT_EQ(log_->dropped(), 1U);
  EXPECT_EQ(text(), "");
}

TEST_F(EventLogTest, ReportsAFullDiskAndCountsEveryEventItCosts) {
  open();
  log_->emit({"run", MonoTime{1000}, {}, {}});
  ASSERT_TRUE(log_->drain().has_value());
  const std::string before = text();

  Status failed;
  {
    const test::FileSizeLimit limit(before.size() + 10);
    log_->emit({"run", MonoTime{1000}, {}, {}});
    failed = log_->drain();
  }
  log_->emit({"run", MonoTime{1000}, {}, {}});
  const Status closed = log_->close();

  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::DiskFull);
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().message,
            "cannot write " + folder_->file_path("events.jsonl") + ": File too large");
  EXPECT_EQ(text(), before);
  EXPECT_EQ(log_->written(), 1U);
  EXPECT_EQ(log_->dropped(), 2U);
}

TEST_F(EventLogTest, LosesNothingWhenManyThreadsEmitWhileItDrains) {
  open({.drain_every = std::chrono::milliseconds(1)});
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 2000;

  log_->start();
  std::vector<std::vector<uint64_t>> ids(kThreads);
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, &mine = ids[i]] {
      for (uint64_t n = 0; n < kEach; ++n) {
        mine.push_back(log_->emit({"run", MonoTime{1000}, {{"n", std::to_string(n)}}, {}}));
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  ASSERT_TRUE(log_->close().has_value());

  std::set<uint64_t> all;
  for (const auto& mine : ids) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), kThreads * kEach);
  const auto written = lines();
  ASSERT_EQ(written.size(), kThreads * kEach);
  for (uint64_t i = 0; i < written.size(); ++i) {
    const auto line = json::Document::parse(written[i]);
    ASSERT_TRUE(line.has_value()) << written[i];
    ASSERT_EQ(line->root().find("id")->as_int64(), static_cast<int64_t>(i + 1));
  }
}

TEST_F(EventLogTest, PutsDrawnDecisionsIntoTheDecisionLog) {
  open();

  log_->emit({"phase", MonoTime{1000}, {{"u", "\"01\""}, {"occurrence", "1"}}, {}});
  log_->emit({"fault", MonoTime{1000}, {{"rule", "\"r\""}}, {}});
  log_->emit(make_decision("GET /cart/:id", 2, "00000000000000ff"));
  ASSERT_TRUE(log_->close().has_value());

  EXPECT_EQ(log_->decisions().size(), 1U);
  DecisionLog want(*crypto_);
  want.add({"slow-cart", "route", "GET /cart/:id", 2, 0xFF, "applied", "delay 5 ns"});
  EXPECT_EQ(log_->decisions().hash_hex(), want.hash_hex());
}

TEST_F(EventLogTest, RefusesAFolderThatHasEventsAlready) {
  open();

  const auto again = EventLog::open(*folder_, {}, test::make_redactor(*crypto_));

  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::AlreadyExists);
}

}  // namespace
}  // namespace faultline::run
