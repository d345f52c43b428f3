// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/trace_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace faultline::http {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kValue = "00-5c1f0b7e2d9a4c3388e6f1a07b52d914-a3f09c5e17b2d846-01";
constexpr std::string_view kOther = "00-0d4e92ab61c7f8305be2a9147c3d6e8f-e81d40b96af2357c-00";

RequestHead head_with(const Texts& texts) {
  RequestHead head;
  for (const auto& [name, value] : texts) head.fields.append(name, value);
  return head;
}

Texts texts_of(const RequestHead& head) {
  Texts texts;
  for (const Field& field : head.fields.all()) texts.emplace_back(field.name, field.value);
  return texts;
}

TEST(TraceFields, FindTheOneParentUnderAnyCaseOfItsName) {
  for (const std::string name : {"traceparent", "Traceparent", "TRACEPARENT"}) {
    const auto found =
        find_trace_parent(head_with({{"Host", "x"}, {name, std::string(kValue)}}).fields);
    ASSERT_TRUE(found.has_value()) << name;
    EXPECT_EQ(format_traceparent(*found), kValue);
  }
}

TEST(TraceFields, FindNoneWhereThereIsNoneOrMoreThanOneOrAMalformedOne) {
  const std::string value(kValue);
  for (const Texts& texts : {Texts{{"Host", "x"}}, Texts{{"x-traceparent", value}},
                             Texts{{"traceparent", value}, {"Traceparent", value}},
                             Texts{{"traceparent", value}, {"traceparent", "broken"}},
                             Texts{{"traceparent", "00-0-0-0"}}}) {
    EXPECT_FALSE(find_trace_parent(head_with(texts).fields).has_value());
  }
}

TEST(TraceFields, AContinuedTraceKeepsItsPlaceAndItsState) {
  auto head = head_with({{"Host", "x"},
                         {"Traceparent", std::string(kValue)},
                         {"tracestate", "north=q7Zk2"},
                         {"tracestate", "south=1"}});

  set_trace_parent(head, *parse_traceparent(kOther), true);

  EXPECT_EQ(texts_of(head), (Texts{{"Host", "x"},
                                   {"Traceparent", std::string(kOther)},
                                   {"tracestate", "north=q7Zk2"},
                                   {"tracestate", "south=1"}}));
  EXPECT_TRUE(head.is_edited);
}

TEST(TraceFields, ANewTraceHasOneParentAndNoStateOfAnother) {
  auto head = head_with({{"traceparent", "broken"},
                         {"TraceParent", std::string(kValue)},
                         {"Tracestate", "north=q7Zk2"},
                         {"Host", "x"}});

  set_trace_parent(head, *parse_traceparent(kOther), false);

  EXPECT_EQ(texts_of(head), (Texts{{"Host", "x"}, {"traceparent", std::string(kOther)}}));
}

}  // namespace
}  // namespace faultline::http
