// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical.h"
#include "tests/unit/rules/load_support.h"

#include <gtest/gtest.h>

namespace faultline::rules {
namespace {

TEST(ControlConfig, IsOffUnlessItIsWritten) {
  const auto config = load_good(with_listeners(""));

  EXPECT_EQ(config->control, ControlConfig{});
  EXPECT_FALSE(config->access_log);
  EXPECT_FALSE(config->traces);
  EXPECT_EQ(canonical_yaml(*config).find("control"), std::string::npos);
}

TEST(ControlConfig, ComesBackFromItsCanonicalForm) {
  const auto config = load_good(with_listeners(
      "access_log: true\n"
      "traces: true\n"
      "control: { listen: '[::]:9900', allow_remote: true, drain_grace: 1500ms }\n"));

  const auto again = load_good(canonical_yaml(*config));

  EXPECT_EQ(config->control.listen, (HostPort{"::", 9900}));
  EXPECT_EQ(again->control, config->control);
  EXPECT_TRUE(again->access_log);
  EXPECT_TRUE(again->traces);
  EXPECT_EQ(again->hash, config->hash);
}

TEST(ControlConfig, DoesNotTakeThePortOfAListener) {
  const std::string listener =
      "version: 1\n"
      "listeners: [{ name: a, listen: '127.0.0.1:8080', upstream: 'http://x:1' }]\n";

  EXPECT_EQ(short_errors(load_text(listener + "control: { listen: 'localhost:8080' }\n")),
            "FL0211 faultline.yaml:3:20: error: a listener and the control port use port 8080\n");
  EXPECT_EQ(short_errors(load_text(listener + "control: { listen: '127.0.0.1:8081' }\n")), "");
}

TEST(TotalLimit, LeavesAListenerWhatItWasGivenUnlessItIsWritten) {
  const std::string listener =
      "version: 1\n"
      "listeners: [{ name: a, listen: ':0', upstream: 'http://x:1', limits: { connections: 90000 } "
      "}]\n";

  EXPECT_EQ(load_good(with_listeners(""))->limits.connections, 49152U);
  EXPECT_EQ(load_good(listener)->limits.connections, 90000U);
  EXPECT_EQ(load_good(listener + "limits: { connections: 500 }\n")->limits.connections, 500U);
}

TEST(ControlConfig, TakesEveryLoopbackAddressAndNoName) {
  for (const std::string host : {"127.0.0.9", "[::1]", "localhost"}) {
    EXPECT_EQ(short_errors(load_text(with_listeners("control: { listen: '" + host + ":0' }\n"))),
              "")
        << host;
  }
  EXPECT_NE(short_errors(load_text(with_listeners("control: { listen: 'box.internal:0' }\n"))), "");
}

}  // namespace
}  // namespace faultline::rules
