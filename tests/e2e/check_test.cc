// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <map>

namespace faultline::e2e {
namespace {

using nlohmann::json;

// What a check came to, without times, ids and samples.
std::map<std::string, std::string> essence(const std::string& folder) {
  std::map<std::string, std::string> essence;
  for (const auto& finding : read_findings(folder)) {
    json count = finding["count"];
    count.erase("distinct_clients");  // only a live run knows who asked
    essence[finding.value("fingerprint", "")] =
        finding.value("rule", "") + " " + finding.value("operation", "") + " " +
        finding["instance"].value("pointer_template", "") + " x" + count.dump();
  }
  return essence;
}

// What of the contract the traffic showed.
json points_of(const std::string& folder) {
  return read_json(folder + "/contract-diff.json")["coverage"]["points"];
}

// One exchange of the HAR: what curl sent and nginx answered.
json entry(const std::string& base, const std::string& path, const std::string& body) {
  const json request{{"method", "GET"},
                     {"url", base + path},
                     {"httpVersion", "HTTP/1.1"},
                     {"headers", json::array({{{"name", "Host"}, {"value", "shop"}}})},
                     {"queryString", json::array()},
                     {"cookies", json::array()},
                     {"headersSize", -1},
                     {"bodySize", 0}};
  const json response{
      {"status", 200},
      {"statusText", "OK"},
      {"httpVersion", "HTTP/1.1"},
      {"headers", json::array({{{"name", "Content-Type"}, {"value", "application/json"}}})},
      {"cookies", json::array()},
      {"content", {{"size", body.size()}, {"mimeType", "application/json"}, {"text", body}}},
      {"redirectURL", ""},
      {"headersSize", -1},
      {"bodySize", body.size()}};
  return {{"startedDateTime", "2026-01-01T00:00:00.000Z"},
          {"time", 1},
          {"request", request},
          {"response", response},
          {"cache", json::object()},
          {"timings", {{"send", 0}, {"wait", 1}, {"receive", 0}}}};
}

std::string har_of(const std::vector<std::string>& paths) {
  const std::map<std::string, std::string> file_of{{"/items", "items.json"},
                                                   {"/orders", "orders.json"},
                                                   {"/broken", "broken.json"},
                                                   {"/cart/1", "cart.json"}};
  json entries = json::array();
  for (const auto& path : paths) {
    entries.push_back(entry("http://shop", path, read_text(fixture(file_of.at(path)))));
  }
  return json{{"log",
               {{"version", "1.2"},
                {"creator", {{"name", "test"}, {"version", "1"}}},
                {"entries", entries}}}}
      .dump();
}

TEST(Check, ARunsJournalAndAHarFileGiveTheFindingsOfTheRun) {
  const Nginx nginx;
  const TempFolder folder;
  const std::vector<std::string> paths{"/items", "/orders", "/cart/1", "/orders", "/broken"};
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  std::vector<std::string> urls;
  for (const auto& path : paths) urls.push_back(faultline.url(path));
  curl(urls);
  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
  for (const auto& finding : read_findings(faultline.folder())) {
    EXPECT_EQ(finding["count"].value("distinct_clients", 0), 1) << "curl, from one address";
  }
  const auto live = essence(faultline.folder());
  ASSERT_EQ(live.size(), 2U) << "the total of the orders and the body that is not JSON";
  EXPECT_NE(read_text(faultline.folder() + "/analysis.md")
                .find("faultline check --contract " + fixture("shop.openapi.yaml") + " " +
                      faultline.folder() + "\n"),
            std::string::npos);
  const std::string har = folder.write("recording.har", har_of(paths));
  const json shown = points_of(faultline.folder());
  ASSERT_TRUE(shown.is_object()) << "the run says what the traffic showed of the contract";
  EXPECT_GT(shown["all"].value("seen", 0), 0);

  for (const auto& traffic : {faultline.folder(), faultline.folder() + "/journal", har}) {
    SCOPED_TRACE(traffic);
    const TempFolder output;
    const auto check = run_faultline(
        {"check", "--contract", fixture("shop.openapi.yaml"), "-o", output.path(), traffic});
    EXPECT_EQ(check.code, 1) << check.errors;
    EXPECT_EQ(essence(only_run(output.path())), live);
    const auto accounting = read_accounting(only_run(output.path()));
    EXPECT_EQ(accounting.seen, 10U);
    EXPECT_EQ(accounting.checked, 10U);
    EXPECT_EQ(points_of(only_run(output.path())), shown);
  }
}

TEST(Check, KeepsTheLabelsOfInjectedFaults) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: busy, match: { path: /cart/:id }, fault: { abort: { status: 418 } } }
)"));
  Faultline faultline({"-c", config});
  curl({faultline.url("/cart/1")});
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const TempFolder output;

  const auto check = run_faultline({"check", "--contract", fixture("shop.openapi.yaml"), "-o",
                                    output.path(), faultline.folder()});

  EXPECT_EQ(check.code, 0) << check.errors;
  const auto findings = read_findings(only_run(output.path()));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].value("cause", ""), "injected");
}

TEST(Check, CleanTrafficPasses) {
  const TempFolder folder;
  const std::string har = folder.write("recording.har", har_of({"/items", "/cart/1"}));

  const auto check = run_faultline(
      {"check", "--contract", fixture("shop.openapi.yaml"), "-o", folder.path(), "--json", har});

  EXPECT_EQ(check.code, 0) << check.errors;
  const auto result = json::parse(check.output, nullptr, false);
  ASSERT_FALSE(result.is_discarded()) << check.output;
  EXPECT_EQ(result.value("verdict", ""), "pass");
  EXPECT_EQ(result.value("exit_code", -1), 0);
}

TEST(Check, ReadsStandardInput) {
  const TempFolder folder;
  const json lines{{"request", {{"method", "GET"}, {"target", "/items"}}},
                   {"response", {{"status", 200}, {"body", "no media type"}}}};

  for (const auto& input : {har_of({"/items", "/broken"}), lines.dump() + "\n"}) {
    SCOPED_TRACE(input.substr(0, 40));
    const TempFolder output;
    const auto check = run_faultline(
        {"check", "--contract", fixture("shop.openapi.yaml"), "-o", output.path(), "-"},
        {.input = input});

    EXPECT_EQ(check.code, 1) << check.errors;
    const json finding = read_findings(only_run(output.path())).at(0);
    EXPECT_EQ(finding.at("first_seen").value("exchange", "").front(), '-') << finding;
  }
}

}  // namespace
}  // namespace faultline::e2e
