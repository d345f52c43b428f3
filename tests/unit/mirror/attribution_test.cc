// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/attribution.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::mirror {
namespace {

using contracts::Location;
using contracts::Violation;

Violation violation_at(std::string pointer, std::string keyword = "type",
                       std::string expected = "{}") {
  Violation violation;
  violation.pointer = std::move(pointer);
  violation.keyword = std::move(keyword);
  violation.expected = std::move(expected);
  return violation;
}

AppliedFault fault(uint64_t event, std::string name, std::string pointer = "",
                   Direction direction = Direction::Response) {
  return {event, "rule-" + std::to_string(event), std::move(name), direction, std::move(pointer)};
}

std::vector<uint64_t> events_of(const std::vector<run::InjectedFault>& causes) {
  std::vector<uint64_t> events;
  for (const auto& cause : causes) events.push_back(cause.event);
  return events;
}

TEST(Attribution, FollowsOnlyWhatTheMutatedPlaceCanBreak) {
  struct Case {
    const char* why;
    std::string place;
    std::string keyword;
    std::string expected;
    std::string drift;
    bool follows;
  };
  const Case cases[] = {
      {"the place itself", "/0/price", "type", "{}", "/0/price", true},
      {"the missing member itself", "/0/price", "required", "{}", "/0/price", true},
      {"below the place", "/0/price/amount", "required", "{}", "/0/price", true},
      {"deep below the place", "/a/b/c/d", "type", "{}", "/a", true},
      {"a mutated root", "/a", "type", "{}", "", true},
      {"the root itself", "", "type", "{}", "", true},
      {"a sibling", "/0/name", "type", "{}", "/0/price", false},
      {"another element", "/1/price", "type", "{}", "/0/price", false},
      {"a longer name", "/0/prices", "type", "{}", "/0/price", false},
      {"a longer position", "/10", "type", "{}", "/1", false},
      {"above the place", "/0", "type", "{}", "/0/price", false},
      // Renamed members.
      {"the new name", "/0/price_renamed", "additionalProperties", "{}", "/0/price", true},
      {"a new name that had to give way", "/0/price_renamed__", "additionalProperties", "{}",
       "/0/price", true},
      {"below the new name", "/0/price_renamed/x", "type", "{}", "/0/price", true},
      {"a name that only begins like it", "/0/price_renamed_at", "type", "{}", "/0/price", false},
      {"a name that runs on", "/0/price_renamedly", "type", "{}", "/0/price", false},
      {"the new name of another", "/0/price_renamed", "type", "{}", "/0/name", false},
      {"the old name from the new", "/0/price", "type", "{}", "/0/price_renamed", false},
      // A required member reported at the object that lacks it.
      {"required names the member", "/0", "required", R"({"required":"price"})", "/0/price", true},
      {"required names another", "/0", "required", R"({"required":"name"})", "/0/price", false},
      {"required names a longer one", "/0", "required", R"({"required":"prices"})", "/0/price",
       false},
      {"required of the object above", "", "required", R"({"required":"price"})", "/0/price",
       false},
      {"another keyword that names it", "/0", "type", R"({"type":"price"})", "/0/price", false},
      {"an escaped name", "/0", "required", R"({"required":"a/b~c"})", "/0/a~1b~0c", true},
      {"an escaped name taken raw", "/0", "required", R"({"required":"a~1b"})", "/0/a~1b", false},
      {"required at the root", "", "required", R"({"required":"price"})", "/price", true},
      // Keywords that judge a value as a whole.
      {"oneOf of an ancestor", "/0", "oneOf", "{}", "/0/price/amount", true},
      {"anyOf of the parent", "/0", "anyOf", "{}", "/0/price", true},
      {"uniqueItems of the root", "", "uniqueItems", "{}", "/0/price", true},
      {"maxProperties of the object", "/0", "maxProperties", "{}", "/0/faultline_extra", true},
      {"oneOf of a sibling", "/1", "oneOf", "{}", "/0/price", false},
      {"oneOf of a place that only begins like it", "/1", "oneOf", "{}", "/10/price", false},
      {"minLength judges no ancestor", "/0", "minLength", "{}", "/0/price", false},
  };
  for (const auto& [why, place, keyword, expected, drift, follows] : cases) {
    EXPECT_EQ(
        follows_from_drift(violation_at(place, keyword, expected), fault(1, "schema_drift", drift)),
        follows)
        << why;
  }
}

TEST(Attribution, AnElementThatMovedUpIsNotTheOneThatWasTakenOut) {
  AppliedFault removal = fault(1, "schema_drift", "/items/1");
  removal.action = "remove element";

  EXPECT_FALSE(follows_from_drift(violation_at("/items/1"), removal)) << "it was /items/2 before";
  EXPECT_FALSE(follows_from_drift(violation_at("/items/1/price"), removal));
  EXPECT_TRUE(follows_from_drift(violation_at("/items", "minItems"), removal));
  removal.action = "remove";
  EXPECT_TRUE(follows_from_drift(violation_at("/items/1"), removal)) << "a member named '1'";
}

TEST(Attribution, BlamesTheDriftThatChangedThePlaceAndNoOther) {
  const std::vector<AppliedFault> faults{fault(7, "schema_drift", "/0/price"),
                                         fault(8, "schema_drift", "/0/name"), fault(9, "latency")};

  const auto causes = causes_of(violation_at("/0/price"), faults);

  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0].event, 7U);
  EXPECT_EQ(causes[0].rule, "rule-7");
  EXPECT_EQ(causes[0].fault, "schema_drift");
  EXPECT_TRUE(causes_of(violation_at("/0/stock"), faults).empty());
}

TEST(Attribution, BlamesEveryDriftThatCouldBeBehindIt) {
  const std::vector<AppliedFault> faults{fault(1, "schema_drift", "/a/b"),
                                         fault(2, "schema_drift", "/a")};

  EXPECT_EQ(events_of(causes_of(violation_at("/a/b"), faults)), (std::vector<uint64_t>{1, 2}));
}

TEST(Attribution, BlamesNoFaultOfTheOtherHalf) {
  const std::vector<AppliedFault> faults{fault(1, "schema_drift", "/a", Direction::Request),
                                         fault(2, "abort")};
  auto on_request = violation_at("/a");
  on_request.direction = Direction::Request;

  EXPECT_EQ(events_of(causes_of(on_request, faults)), (std::vector<uint64_t>{1}));
  EXPECT_EQ(events_of(causes_of(violation_at("/a"), faults)), (std::vector<uint64_t>{2}));
}

TEST(Attribution, BlamesEveryFaultThatMadeOrRemadeTheMessage) {
  for (const std::string name :
       {"abort", "connect", "edit", "truncate", "stale_response", "swap_responses"}) {
    EXPECT_EQ(events_of(causes_of(violation_at("/a"), std::vector<AppliedFault>{fault(3, name)})),
              (std::vector<uint64_t>{3}))
        << name;
  }
  for (const std::string name : {"latency", "slice", "stall", "duplicate_request"}) {
    EXPECT_TRUE(causes_of(violation_at("/a"), std::vector<AppliedFault>{fault(3, name)}).empty())
        << name;
  }
}

TEST(Attribution, BlamesADriftOnlyForTheBody) {
  const std::vector<AppliedFault> faults{fault(1, "schema_drift", "")};
  for (const Location location : {Location::Status, Location::Header, Location::Query,
                                  Location::Path, Location::Cookie, Location::Message}) {
    auto violation = violation_at("");
    violation.location = location;
    EXPECT_TRUE(causes_of(violation, faults).empty()) << contracts::location_name(location);
  }
}

TEST(Attribution, BlamesAnAbortForEverythingInItsAnswer) {
  const std::vector<AppliedFault> faults{fault(5, "abort")};
  for (const Location location : {Location::Status, Location::Header, Location::Body}) {
    auto violation = violation_at("/x");
    violation.location = location;
    EXPECT_EQ(events_of(causes_of(violation, faults)), (std::vector<uint64_t>{5}));
  }
}

TEST(Attribution, BlamesNoFaultThatMerelyTouchedTheExchange) {
  for (const char* name : {"latency", "throttle", "drop"}) {
    EXPECT_TRUE(causes_of(violation_at("/x"), std::vector{fault(1, name, "/x")}).empty()) << name;
  }
  EXPECT_TRUE(causes_of(violation_at("/x"), {}).empty());
}

}  // namespace
}  // namespace faultline::mirror
