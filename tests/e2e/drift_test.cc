// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace faultline::e2e {
namespace {

// `/2/price` -> `/*/price`, as findings name places.
std::string place_of(const std::string& pointer) {
  std::string place;
  for (const auto token : split(std::string_view(pointer).substr(1), '/')) {
    place += "/";
    place += parse_u64(token) ? "*" : std::string(token);
  }
  return place;
}

std::string field(const nlohmann::json& object, const char* name) {
  return object.value(name, std::string());
}

TEST(Drift, IsFoundAtExactlyTheMutatedPlaceAndLabelled) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: drifting-price
    match: { listener: shop, path: /items }
    fault: { schema_drift: { mutate: retype, pointer: /2/price } }
    every: 5
)"));
  Faultline faultline({"-c", config});

  const std::string answers = curl(std::vector<std::string>(20, faultline.url("/items")));

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const std::string original = read_text(fixture("items.json"));
  size_t untouched = 0;
  for (size_t at = answers.find(original); at != std::string::npos;
       at = answers.find(original, at + 1)) {
    ++untouched;
  }
  EXPECT_EQ(untouched, 16U);
  const auto faults = read_events(faultline.folder(), "fault");
  ASSERT_EQ(faults.size(), 4U);
  std::set<uint64_t> events;
  for (const auto& fault : faults) {
    EXPECT_EQ(field(fault, "pointer"), "/2/price");
    EXPECT_EQ(field(fault, "rule"), "drifting-price");
    events.insert(fault.value("id", uint64_t{0}));
  }
  const auto findings = read_findings(faultline.folder());
  ASSERT_EQ(findings.size(), 1U) << findings.dump(2);
  const auto& finding = findings[0];
  EXPECT_EQ(field(finding, "cause"), "injected");
  EXPECT_EQ(field(finding, "operation"), "GET /items");
  EXPECT_EQ(field(finding["instance"], "pointer_template"), "/*/price");
  EXPECT_EQ(finding["count"].value("messages", 0), 4);
  EXPECT_EQ(finding["count"].value("natural_messages", -1), 0);
  ASSERT_EQ(finding["injected_by"].size(), 1U);
  EXPECT_EQ(field(finding["injected_by"][0], "rule"), "drifting-price");
  for (const auto& sample : finding["samples"]) {
    EXPECT_EQ(field(sample, "pointer"), "/2/price");
    for (const auto& event : sample["events"]) EXPECT_TRUE(events.contains(event)) << event;
  }
}

TEST(Drift, AnywhereInTheContractIsFoundWhereTheEventsSay) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: wandering
    match: { listener: shop }
    fault: { schema_drift: { mutate: retype, any: true } }
    chance: 50%
)"));
  Faultline faultline({"-c", config});
  std::vector<std::string> urls;
  for (int i = 0; i < 20; ++i) {
    for (const char* path : {"/items", "/items/1", "/cart/1"}) urls.push_back(faultline.url(path));
  }

  curl(urls);

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  std::map<uint64_t, std::string> pointer_of_event;
  std::set<std::string> mutated;
  for (const auto& fault : read_events(faultline.folder(), "fault")) {
    pointer_of_event[fault.value("id", uint64_t{0})] = field(fault, "pointer");
    mutated.insert(place_of(field(fault, "pointer")));
  }
  ASSERT_GT(mutated.size(), 5U) << "50 % of 60 answers drift in many places";
  std::set<std::string> found;
  uint64_t type_messages = 0;
  for (const auto& finding : read_findings(faultline.folder())) {
    SCOPED_TRACE(finding.dump());
    EXPECT_EQ(field(finding, "cause"), "injected");
    found.insert(field(finding["instance"], "pointer_template"));
    if (field(finding, "keyword") == "type") {
      type_messages += finding["count"].value("messages", uint64_t{0});
    }
    for (const auto& sample : finding["samples"]) {
      ASSERT_EQ(sample["events"].size(), 1U);
      EXPECT_EQ(field(sample, "pointer"), pointer_of_event[sample["events"][0]]);
    }
  }
  EXPECT_EQ(found, mutated);
  EXPECT_EQ(type_messages, pointer_of_event.size()) << "each drift breaks the type once";
}

TEST(Drift, RepairsTheLengthAndChangesNothingElse) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - name: shrink
    match: { path: /items/1 }
    fault: { schema_drift: { mutate: remove, pointer: /name } }
)"));
  Faultline faultline({"-c", config});

  const std::string answer = curl({faultline.url("/items/1")});

  const size_t head_end = answer.find("\r\n\r\n");
  ASSERT_NE(head_end, std::string::npos);
  const std::string body = answer.substr(head_end + 4);
  EXPECT_EQ(body, "{\"id\": 1, \"price\": 12.50, \"currency\": \"EUR\"}\n");
  EXPECT_NE(answer.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"),
            std::string::npos)
      << answer;
  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Findings, AGenuineMismatchIsNaturalAndFailsTheRunWhileInjectedOnesDoNot) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: no-cart, match: { path: /cart/:id }, fault: { abort: { status: 418 } }, nth: [2] }
  - name: drifting
    match: { path: /items }
    fault: { schema_drift: { mutate: null, pointer: /0/id } }
)"));
  Faultline faultline({"-c", config});

  curl({faultline.url("/orders"), faultline.url("/items"), faultline.url("/cart/1"),
        faultline.url("/cart/1"), faultline.url("/orders")});

  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
  std::map<std::string, std::string> cause_of;  // by operation and place
  for (const auto& finding : read_findings(faultline.folder())) {
    cause_of[field(finding, "operation") + " " + field(finding["instance"], "pointer_template") +
             " " + field(finding, "keyword")] = field(finding, "cause");
  }
  EXPECT_EQ(cause_of.at("GET /orders /*/total type"), "natural");
  EXPECT_EQ(cause_of.at("GET /items /*/id type"), "injected");
  std::vector<std::string> natural;
  for (const auto& [place, cause] : cause_of) {
    if (cause != "injected") natural.push_back(place);
  }
  EXPECT_EQ(natural, std::vector<std::string>{"GET /orders /*/total type"});
  EXPECT_EQ(cause_of.size(), 3U) << "the third is the status 418 nobody declared";
  EXPECT_NE(read_text(faultline.folder() + "/analysis.md").find("failed (exit code 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace faultline::e2e
