// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/pipeline.h"

#include "proxy/base/hash.h"
#include "proxy/mirror/analysis.h"
#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <stdlib.h>

namespace faultline::mirror {
namespace {

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: { title: shop, version: '1' }
paths:
  /items:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  required: [id, price]
                  properties:
                    id: { type: integer }
                    price: { type: number }
                    email: { type: integer }
                    gender: { type: string, enum: [f, m] }
                    pin: { type: string, maxLength: 4 }
                    lat: { type: number, maximum: 9 }
                    surname: { type: string, pattern: '^[A-Z][a-z]+$' }
)";

constexpr std::string_view kGood = R"([{"id":1,"price":2.5}])";
// The id is wrong by itself, the price by a drift, both in two elements.
constexpr std::string_view kBad = R"([{"id":"a","price":"b"},{"id":"c","price":"d"}])";

class TempFolder {
 public:
  TempFolder() {
    path_ = ::testing::TempDir() + "faultline-XXXXXX";
    EXPECT_NE(::mkdtemp(path_.data()), nullptr);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string journal() const { return path_ + "/journal"; }
  [[nodiscard]] std::string journal_text() const {
    std::ifstream in(journal() + "/000001.jsonl", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() {
    auto loaded = contracts::load_openapi("shop.yaml", std::string(kContract));
    EXPECT_TRUE(loaded.contract);
    contracts_.add(std::shared_ptr<const contracts::Contract>(std::move(loaded.contract)));
    auto journal = record::JournalWriter::open(folder_.journal());
    EXPECT_TRUE(journal.has_value());
    journal_ = std::move(*journal);
  }

  std::unique_ptr<Pipeline> make_pipeline(record::JournalWriter* journal) {
    auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
    EXPECT_TRUE(redactor.has_value());
    return std::make_unique<Pipeline>(std::move(*redactor), state_,
                                      Pipeline::Files{.journal = journal});
  }

  [[nodiscard]] ExchangeView get_items(std::string_view body) const {
    ExchangeView view;
    view.id = {.listener = 0, .connection = 1, .exchange = exchanges_++};
    view.listener = "shop";
    view.contracts = &contracts_;
    view.request.method = "GET";
    view.request.target = "/items";
    view.request.version = "HTTP/1.1";
    auto& response = view.response.emplace();
    response.direction = Direction::Response;
    response.method = "GET";
    response.target = "/items";
    response.status = 200;
    response.version = "HTTP/1.1";
    response.fields.push_back({"Content-Type", "application/json"});
    response.body = body;
    return view;
  }

  run::Accounting accounting() { return state_.counters.snapshot().traffic.at("http"); }

  TempFolder folder_;
  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  contracts::ContractSet contracts_;
  std::unique_ptr<record::JournalWriter> journal_;
  run::RunState state_;
  mutable uint64_t exchanges_ = 0;
};

const run::Finding* find(const std::vector<run::Finding>& findings, std::string_view place) {
  for (const auto& finding : findings) {
    if (finding.violation.pointer_template == place) return &finding;
  }
  return nullptr;
}

TEST_F(PipelineTest, RecordsWhatTheTrafficShowedOfTheContract) {
  const auto pipeline = make_pipeline(nullptr);
  pipeline->record(contracts_.make_record());

  pipeline->process(get_items(R"([{"id":1,"gender":"m"}])"));

  const run::PointCoverage points = run::count_points(pipeline->coverage());
  std::vector<std::string> never_seen;
  for (const auto& point : points.never_seen) never_seen.push_back(point.what);
  const auto is_unseen = [&](std::string_view name) {
    return std::any_of(never_seen.begin(), never_seen.end(),
                       [name](const std::string& what) { return what.ends_with(name); });
  };
  EXPECT_FALSE(is_unseen("properties/gender"));
  EXPECT_TRUE(is_unseen("properties/pin"));
}

TEST_F(PipelineTest, RecordsNothingFromWhatRedactionMadeOfAMessage) {
  const auto pipeline = make_pipeline(journal_.get());
  pipeline->record(contracts_.make_record());

  pipeline->process(get_items(R"([{"id":1,"price":2,"gender":"m","pin":"93x7","lat":8.5}])"));

  EXPECT_EQ(state_.counters.snapshot().rechecked, 1U);  // with another gender
  const auto& record = pipeline->coverage();
  size_t genders = 0;
  const auto& [contract, tally] = record.entries().at(0);
  for (size_t i = 0; i < tally.size(); ++i) {
    if (contract->coverage()->kind(i) != contracts::CoveragePoint::Kind::EnumMember) continue;
    genders += tally.is_seen(i) ? 1 : 0;
  }
  EXPECT_EQ(genders, 1U);
}

TEST_F(PipelineTest, SurrogatesAreMadeToFitTheContract) {
  const auto pipeline = make_pipeline(journal_.get());

  pipeline->process(get_items(R"([{"id":1,"price":2,"gender":"m","pin":"93x7","lat":8.5}])"));
  ASSERT_TRUE(journal_->close());

  const auto counts = state_.counters.snapshot();
  EXPECT_EQ(counts.rechecked, 1U);
  EXPECT_TRUE(counts.contract_changed_by_redaction.empty());
  EXPECT_NE(folder_.journal_text().find(
                R"({\"id\":1,\"price\":2,\"gender\":\"f\",\"pin\":\"0000\",\"lat\":1.1})"),
            std::string::npos)
      << folder_.journal_text();
}

TEST_F(PipelineTest, CountsMessagesThatTheContractJudgesDifferentlyOnceRedacted) {
  const auto pipeline = make_pipeline(journal_.get());

  pipeline->process(get_items(R"([{"id":1,"price":2,"email":1234567}])"));
  pipeline->process(get_items(R"([{"id":1,"price":2,"surname":"Zebra"}])"));
  pipeline->process(get_items(kGood));
  pipeline->finish();

  const auto counts = state_.counters.snapshot();
  EXPECT_EQ(counts.rechecked, 2U);
  EXPECT_EQ(counts.contract_changed_by_redaction, (run::CountsByName{{"GET /items", 1}}));
  EXPECT_EQ(state_.audit.total().of_class(redaction::ClassId::KeyPii), 2U);
}

TEST_F(PipelineTest, EveryMessageEndsAsCheckedOrSkippedExactlyOnce) {
  const auto pipeline = make_pipeline(journal_.get());
  auto no_contract = get_items(kGood);
  no_contract.contracts = nullptr;
  const contracts::ContractSet nothing;
  auto empty_contract = get_items(kGood);
  empty_contract.contracts = &nothing;
  auto no_answer = get_items(kGood);
  no_answer.response.reset();
  auto cut = get_items("[");
  cut.response->body_state = BodyState::TooLarge;
  auto unknown = get_items(kGood);
  unknown.request.target = "/elsewhere";
  unknown.response->target = "/elsewhere";
  uint64_t seen = 0;

  for (const auto& exchange :
       {get_items(kGood), get_items(kBad), no_contract, empty_contract, no_answer, cut, unknown}) {
    const uint64_t messages = exchange.response ? 2 : 1;
    state_.counters.add_seen("http", messages);
    seen += messages;
    pipeline->process(exchange);
  }

  const auto counts = accounting();
  EXPECT_EQ(seen, 13U);
  EXPECT_EQ(counts.seen, seen);
  EXPECT_TRUE(counts.is_balanced());
  EXPECT_EQ(counts.checked,
            (run::CountsByName{
                {"conforms", 5}, {"undocumented", 2}, {"unverifiable", 1}, {"violates", 1}}));
  EXPECT_EQ(counts.skipped, (run::CountsByName{{"no contract", 4}}));
  EXPECT_TRUE(counts.dropped.empty());
}

TEST_F(PipelineTest, LogsEachExchangeOnceWithoutItsPersonalData) {
  const std::string path = folder_.journal() + "/access.jsonl";
  auto file = record::AppendFile::create(path);
  ASSERT_TRUE(file.has_value());
  record::AccessLogWriter access_log(std::move(*file));
  auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
  ASSERT_TRUE(redactor.has_value());
  Pipeline pipeline(std::move(*redactor), state_, {.access_log = &access_log});
  auto local = get_items(kGood);
  local.measures = {.duration = Duration(5000), .added = Duration(70), .client = "127.0.0.1"};
  auto remote = get_items(kGood);
  remote.request.target = "/items?email=ottilie.brambach@mailbox.example.net";
  remote.response.reset();
  remote.measures = {.client = "203.0.113.77", .upstream = "127.0.0.1:8080"};

  pipeline.process(local);
  pipeline.process(remote);

  ASSERT_TRUE(access_log.close().has_value());
  EXPECT_EQ(access_log.written(), pipeline.exchanges());
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_NE(text.find(R"("client":"127.0.0.1","method":"GET","target":"/items","status":200)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("duration_ns":5000,"added_ns":70,"upstream":null)"), std::string::npos);
  EXPECT_EQ(text.find("203.0.113.77"), std::string::npos) << text;
  EXPECT_EQ(text.find("brambach"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("status":null)"), std::string::npos);
}

TEST_F(PipelineTest, TracesEachExchangeInTheTraceThatItsClientNamed) {
  const std::string path = folder_.journal() + "/traces.jsonl";
  auto file = record::AppendFile::create(path);
  ASSERT_TRUE(file.has_value());
  record::TraceWriter traces(std::move(*file),
                             {.id = "run", .seed = 42, .version = "1", .wall_minus_mono = 1000});
  auto redactor = redaction::Redactor::create({}, *crypto_, "a key");
  ASSERT_TRUE(redactor.has_value());
  Pipeline pipeline(std::move(*redactor), state_, {.traces = &traces});
  const auto trace = [&](const std::string& parent, const std::string& target) {
    auto exchange = get_items(kGood);
    exchange.request.target = target;
    exchange.measures = {.client = "203.0.113.77", .upstream = "127.0.0.1:8080"};
    const TraceNotes notes{.parent = parse_traceparent(parent),
                           .began = {5},
                           .ended = {9},
                           .call = TraceNotes::Call{{6}, {8}, 418}};
    const std::vector<AppliedFault> faults{
        {77, "slow", "latency", Direction::Response, "", "delay 2 ns", {7}, 2}};
    exchange.trace = &notes;
    exchange.faults = faults;
    pipeline.process(exchange);
    return exchange.id;
  };

  trace("00-5c1f0b7e2d9a4c3388e6f1a07b52d914-a3f09c5e17b2d846-00", "/items");
  const ExchangeId second = trace("", "/who/ottilie.brambach@mailbox.example.net");
  // Sixteen bytes that spell the start of a card's number, as a client may well choose them.
  const ExchangeId third =
      trace("00-41111111111111110000000000000000-4111111111111111-01", "/items");

  ASSERT_TRUE(traces.close().has_value());
  EXPECT_EQ(traces.written(), pipeline.exchanges());
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines(3);
  for (auto& line : lines) ASSERT_TRUE(std::getline(in, line));
  const auto holds = [](const std::string& line, const std::string& part) {
    return line.find(part) != std::string::npos;
  };
  EXPECT_TRUE(
      holds(lines[0], R"({"traceId":"5c1f0b7e2d9a4c3388e6f1a07b52d914","spanId":")" +
                          hex64(span_ids(42, "shop", {0, 1, 0}).server) +
                          R"(","parentSpanId":"a3f09c5e17b2d846","flags":768,"name":"GET /items",)"
                          R"("kind":2,"startTimeUnixNano":"1005","endTimeUnixNano":"1009")"))
      << lines[0];
  EXPECT_TRUE(holds(lines[0], R"("timeUnixNano":"1007","name":"faultline.fault")")) << lines[0];
  EXPECT_TRUE(holds(lines[0], R"("startTimeUnixNano":"1006","endTimeUnixNano":"1008")"));
  EXPECT_TRUE(holds(lines[0], R"({"key":"http.response.status_code","value":{"intValue":"418"}})"));
  for (const auto& [id, line] : {std::pair{second, lines[1]}, std::pair{third, lines[2]}}) {
    EXPECT_TRUE(holds(line, R"({"traceId":")" + trace_id_text(span_ids(42, "shop", id).trace)))
        << line;
    EXPECT_FALSE(holds(line, "4111111111111111")) << line;
    EXPECT_FALSE(holds(line, "203.0.113.77")) << line;
    EXPECT_FALSE(holds(line, "brambach")) << line;
  }
}

TEST_F(PipelineTest, CoverageMeetsTheOperationOfBothHalves) {
  const auto pipeline = make_pipeline(nullptr);
  for (const auto& operation : contracts_.contracts()[0]->operations()) {
    state_.counters.declare_operation("shop", operation);
  }

  pipeline->process(get_items(kGood));

  const auto coverage = state_.counters.snapshot().coverage;
  ASSERT_EQ(coverage.size(), 1U);
  EXPECT_EQ(coverage[0].operation, "GET /items");
  EXPECT_EQ(coverage[0].requests, 1U);
  EXPECT_EQ(coverage[0].responses_checked, 1U);
}

TEST_F(PipelineTest, LabelsNaturalAndInjectedApartInOneMessage) {
  const auto pipeline = make_pipeline(nullptr);
  const std::vector<AppliedFault> faults{
      {77, "drifting-price", "schema_drift", Direction::Response, "/0/price"},
      {78, "slow", "latency", Direction::Response, ""}};
  auto exchange = get_items(R"([{"id":"a","price":"b"}])");
  exchange.faults = faults;

  pipeline->process(exchange);

  const auto findings = state_.findings.finish();
  ASSERT_EQ(findings.size(), 2U);
  const auto* id = find(findings, "/*/id");
  const auto* price = find(findings, "/*/price");
  ASSERT_NE(id, nullptr);
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(id->cause, run::Cause::Natural);
  EXPECT_TRUE(id->injected_by.empty());
  EXPECT_EQ(price->cause, run::Cause::Injected);
  ASSERT_EQ(price->injected_by.size(), 1U);
  EXPECT_EQ(price->injected_by[0].rule, "drifting-price");
  EXPECT_EQ(price->injected_by[0].events, (std::vector<uint64_t>{77}));
}

TEST_F(PipelineTest, CountsAMessageOnceWhenOneFindingIsNaturalAndInjectedInIt) {
  const auto pipeline = make_pipeline(nullptr);
  const std::vector<AppliedFault> faults{
      {77, "drifting-price", "schema_drift", Direction::Response, "/0/price"}};
  auto exchange = get_items(kBad);
  exchange.faults = faults;

  pipeline->process(exchange);

  const auto findings = state_.findings.finish();
  const auto* price = find(findings, "/*/price");
  ASSERT_NE(price, nullptr);
  EXPECT_EQ(price->occurrences, 2U);
  EXPECT_EQ(price->messages, 1U);
  EXPECT_EQ(price->natural_messages, 1U);
  EXPECT_EQ(price->cause, run::Cause::Mixed);
}

// A server that turns a wrong request down keeps its contract; one that takes it does not.
TEST_F(PipelineTest, WhatTheServerRefusesIsANote) {
  const auto pipeline = make_pipeline(nullptr);
  auto outcome = record::Outcome::Completed;
  const auto post = [&](std::string_view target, int status, std::vector<AppliedFault> faults) {
    ExchangeView view = get_items("no");
    view.request.method = view.response->method = "POST";
    view.request.target = view.response->target = target;
    view.response->status = status;
    view.faults = faults;
    view.outcome = outcome;
    pipeline->process(view);
  };
  const auto fault_of = [](std::string fault, std::string action) {
    return AppliedFault{.event_id = 2,
                        .rule = "busy",
                        .fault = std::move(fault),
                        .direction = Direction::Response,
                        .action = std::move(action)};
  };

  post("/refused", 404, {});
  post("/refused", 405, {{.event_id = 1, .rule = "slow", .fault = "latency"}});
  post("/taken", 404, {});
  post("/taken", 201, {});
  post("/failed", 500, {});
  post("/aborted", 404, {fault_of("abort", "answer 404")});
  post("/edited", 404, {fault_of("edit", "set 1 field")});
  post("/made", 404, {fault_of("edit", "set 1 field, status 404")});
  // The proxy's own word: the server never saw the request.
  outcome = record::Outcome::DownstreamAborted;
  post("/rejected", 400, {});
  pipeline->finish();

  std::vector<std::string> told;
  for (const auto& finding : state_.findings.finish()) {
    told.push_back(finding.violation.pointer_template + " " +
                   std::string(contracts::severity_name(finding.violation.severity)) + " " +
                   std::to_string(finding.refused_messages) + "/" +
                   std::to_string(finding.messages));
  }
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, (std::vector<std::string>{"/aborted warning 0/1", "/edited note 1/1",
                                            "/failed warning 0/1", "/made warning 0/1",
                                            "/refused note 2/2", "/rejected warning 0/1",
                                            "/taken warning 1/2"}));
}

TEST_F(PipelineTest, WritesNoRawValueIntoFindingsOrJournal) {
  const auto pipeline = make_pipeline(journal_.get());
  constexpr std::string_view kMail = "carla.moreno@mail.example.net";
  constexpr std::string_view kToken = "s3cr3t-session-value-91";
  const std::string body = R"([{"id":1,"price":2,"email":")" + std::string(kMail) + "\"}]";
  auto exchange = get_items(body);
  const std::string authorization = "Bearer " + std::string(kToken);
  exchange.request.fields.push_back({"Authorization", authorization});

  pipeline->process(exchange);
  pipeline->finish();
  ASSERT_TRUE(journal_->close());

  const auto findings = state_.findings.finish();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].violation.raw_value, "");
  ASSERT_EQ(findings[0].samples.size(), 1U);
  EXPECT_EQ(findings[0].samples[0].sample.view().find(kMail), std::string::npos);
  EXPECT_FALSE(findings[0].samples[0].sample.view().empty());
  const std::string journal = folder_.journal_text();
  EXPECT_NE(journal.find("/items"), std::string::npos);
  EXPECT_EQ(journal.find(kMail), std::string::npos);
  EXPECT_EQ(journal.find(kToken), std::string::npos);
  EXPECT_FALSE(state_.counters.snapshot().redaction_hits.empty());
}

TEST_F(PipelineTest, ChecksTheOriginalNotTheRedactedBytes) {
  const auto pipeline = make_pipeline(journal_.get());
  // A card number in a number: the journal replaces it, the check still sees a number.
  pipeline->process(get_items(R"([{"id":4111111111111111,"price":1}])"));
  ASSERT_TRUE(journal_->close());

  EXPECT_EQ(accounting().checked.at("conforms"), 2U);
  EXPECT_EQ(folder_.journal_text().find("4111111111111111"), std::string::npos);
}

TEST_F(PipelineTest, JournalKeepsTheFaultsWithTheirPointer) {
  const auto pipeline = make_pipeline(journal_.get());
  const std::vector<AppliedFault> faults{
      {77, "drifting-price", "schema_drift", Direction::Response, "/0/price"}};
  auto exchange = get_items(kBad);
  exchange.faults = faults;
  exchange.outcome = record::Outcome::Injected;
  pipeline->process(exchange);
  ASSERT_TRUE(journal_->close());

  auto reader = record::JournalReader::open(folder_.journal());
  ASSERT_TRUE(reader.has_value());
  const auto read = (*reader)->next();
  ASSERT_TRUE(read.has_value() && read->has_value());
  const auto& recorded = **read;

  EXPECT_EQ(recorded.outcome, record::Outcome::Injected);
  EXPECT_EQ(recorded.faults, (std::vector<record::FaultRef>{{77, "drifting-price", "schema_drift",
                                                             Direction::Response, "/0/price"}}));
}

TEST_F(PipelineTest, SurfacesTheFirstErrorOfTheJournalAndGoesOnChecking) {
  // A folder that cannot take a segment: its name is taken by a folder.
  const TempFolder broken;
  record::JournalWriter::Options options;
  options.segment_bytes = 1;
  options.buffer_bytes = 1;
  auto journal = record::JournalWriter::open(broken.journal(), options);
  ASSERT_TRUE(journal.has_value());
  const auto pipeline = make_pipeline(journal->get());
  pipeline->process(get_items(kGood));
  EXPECT_FALSE(pipeline->journal_error());
  std::filesystem::create_directories(broken.journal() + "/000002.jsonl");

  pipeline->process(get_items(kGood));
  pipeline->process(get_items(kGood));

  ASSERT_TRUE(pipeline->journal_error());
  EXPECT_NE(pipeline->journal_error()->message.find("000002.jsonl"), std::string::npos)
      << pipeline->journal_error()->message;
  EXPECT_EQ(accounting().checked.at("conforms"), 6U);
}

// ---- the whole way, on two threads -------------------------------------------------------------

TEST_F(PipelineTest, AnalysisWorksOffTheTeeBeforeItStops) {
  constexpr uint64_t kExchanges = 200;
  buffer::BlockPool pool;
  Doorbell doorbell;
  Tee tee(TeeMode::Lossless, doorbell);
  Analysis analysis(make_pipeline(nullptr), doorbell, {&tee});
  analysis.start();

  for (uint64_t i = 0; i < kExchanges; ++i) {
    ASSERT_TRUE(tee.reserve());
    auto exchange = std::make_unique<CapturedExchange>();
    exchange->id = {.listener = 0, .connection = 0, .exchange = i};
    exchange->listener = "shop";
    exchange->contracts = &contracts_;
    exchange->request.head.method = "GET";
    exchange->request.head.target = "/items";
    auto& response = exchange->response.emplace();
    response.head.status = 200;
    response.head.fields.append("Content-Type", "application/json");
    // Every other body is in two slices of two blocks.
    const size_t cut = i % 2 == 0 ? kBad.size() : kBad.size() / 2;
    response.payload.append(pool.copy(kBad.substr(0, cut)));
    auto& block = pool.acquire();
    std::copy(kBad.begin() + static_cast<std::ptrdiff_t>(cut), kBad.end(), block.data());
    buffer::Slice rest(block, 0, static_cast<uint32_t>(kBad.size() - cut));
    response.payload.append(std::move(rest));
    tee.push(std::move(exchange));
  }
  analysis.stop();
  tee.collect();

  const auto counts = accounting();
  EXPECT_EQ(counts.checked,
            (run::CountsByName{{"conforms", kExchanges}, {"violates", kExchanges}}));
  EXPECT_EQ(run::total(counts.checked), tee.seen());
  const auto findings = state_.findings.finish();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].messages, kExchanges);
  EXPECT_EQ(findings[0].occurrences, 2 * kExchanges);
  EXPECT_EQ(pool.blocks_in_use(), 0U) << "a block was not given back";
}

}  // namespace
}  // namespace faultline::mirror
