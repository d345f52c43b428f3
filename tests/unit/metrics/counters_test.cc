// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/metrics/counters.h"

#include <gtest/gtest.h>

namespace faultline::metrics {
namespace {

TEST(Counters, AreIndependentPerWorkerAndAddUpWhenMerged) {
  CounterTable table;
  const CounterId requests = table.add({"requests_total", "Requests.", "", ""});
  const CounterId errors = table.add({"errors_total", "Errors.", "", ""});
  Counters first(table);
  Counters second(table);

  first.add(requests);
  first.add(requests, 4);
  second.add(requests, 10);
  second.add(errors);
  Counters merged(table);
  merged.merge(first);
  merged.merge(second);

  EXPECT_EQ(first.value(requests), 5U);
  EXPECT_EQ(first.value(errors), 0U);
  EXPECT_EQ(merged.value(requests), 15U);
  EXPECT_EQ(merged.value(errors), 1U);
}

TEST(CounterTable, GivesOneIdForOneNameAndLabel) {
  CounterTable table;
  const CounterId a = table.add({"rejected_total", "Rejected.", "reason", "a"});
  const CounterId b = table.add({"rejected_total", "Rejected.", "reason", "b"});
  const CounterId again = table.add({"rejected_total", "Rejected.", "reason", "a"});

  EXPECT_EQ(a.index, again.index);
  EXPECT_NE(a.index, b.index);
  EXPECT_EQ(table.size(), 2U);
}

TEST(PrometheusText, GroupsByNameInOrderOfRegistration) {
  CounterTable table;
  const CounterId a = table.add({"rejected_total", "Refused \\ messages.", "reason", "a"});
  table.add({"requests_total", "Requests.", "", ""});
  const CounterId odd = table.add({"rejected_total", "Refused \\ messages.", "reason", "q\"\\\n"});
  Counters counters(table);
  counters.add(a, 2);
  counters.add(odd, 18446744073709551615U);

  EXPECT_EQ(prometheus_text(table, counters),
            "# HELP rejected_total Refused \\\\ messages.\n"
            "# TYPE rejected_total counter\n"
            "rejected_total{reason=\"a\"} 2\n"
            "rejected_total{reason=\"q\\\"\\\\\\n\"} 18446744073709551615\n"
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total 0\n");
}

}  // namespace
}  // namespace faultline::metrics
