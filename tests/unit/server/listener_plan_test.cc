// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/listener_plan.h"

#include "proxy/base/assert.h"
#include "rules/config_loader.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::server {
namespace {

using Indices = std::vector<uint32_t>;

// Listeners as "name port" or "name port protocol", divided by commas.
LoadedConfig config_of(std::string_view listeners) {
  std::string text = "version: 1\nrun: { name: t, seed: 1 }\nlisteners:\n";
  while (!listeners.empty()) {
    const size_t comma = std::min(listeners.find(','), listeners.size());
    std::string_view one = listeners.substr(0, comma);
    const size_t space = one.find(' ');
    const std::string_view rest = one.substr(space + 1);
    const size_t second = std::min(rest.find(' '), rest.size());
    const bool is_tcp = second < rest.size();
    text += fmt::format(
        "  - {{ name: {}, listen: '127.0.0.1:{}', protocol: {}, upstream: '{}://127.0.0.1:9' }}\n",
        one.substr(0, space), rest.substr(0, second), is_tcp ? "tcp" : "http",
        is_tcp ? "tcp" : "http");
    listeners.remove_prefix(std::min(comma + 1, listeners.size()));
  }
  const auto file = std::make_shared<const SourceFile>("test.yaml", text);
  auto outcome = rules::load_config(file, [](std::string_view) { return std::nullopt; });
  FL_ASSERT(outcome.config.has_value());
  LoadedConfig loaded;
  loaded.config = std::make_shared<const rules::Config>(std::move(*outcome.config));
  for (size_t i = 0; i < loaded.config->listeners.size(); ++i) {
    loaded.contracts.push_back(std::make_shared<const contracts::ContractSet>());
  }
  return loaded;
}

SnapshotPtr start_with(std::string_view listeners) {
  auto loaded = config_of(listeners);
  return make_snapshot(loaded.config,
                       {.contracts = loaded.contracts, .seed = 1, .previous = nullptr});
}

SnapshotPtr follow(const SnapshotPtr& now, const ListenerPlan& plan) {
  return make_snapshot(
      plan.loaded.config,
      {.contracts = plan.loaded.contracts, .retired = plan.retired, .seed = 1, .previous = now});
}

std::vector<std::string> names_of(const ListenerPlan& plan) {
  std::vector<std::string> names;
  for (const auto& listener : plan.loaded.config->listeners) names.push_back(listener.name);
  return names;
}

TEST(ListenerPlan, SameListenersNeedNoSocketAndNoCopy) {
  const auto now = start_with("a 1,b 2");
  const auto next = config_of("a 1,b 2");

  const auto plan = plan_listeners(*now, next);

  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(plan->loaded.config, next.config);
  EXPECT_TRUE(plan->open.empty() && plan->close.empty());
  EXPECT_EQ(plan->retired, (std::vector<bool>{false, false}));
}

TEST(ListenerPlan, IndicesAreThoseOfTheRunWhateverTheOrderOfTheFile) {
  const auto now = start_with("a 1,b 2");
  const auto next = config_of("c 3,b 2,a 1");

  const auto plan = plan_listeners(*now, next);

  ASSERT_TRUE(plan.has_value());
  EXPECT_EQ(names_of(*plan), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(plan->loaded.contracts[0], next.contracts[2]);
  EXPECT_EQ(plan->loaded.contracts[2], next.contracts[0]);
  EXPECT_EQ(plan->loaded.config->hash, next.config->hash);
  EXPECT_EQ(plan->open, Indices{2});
  EXPECT_TRUE(plan->close.empty());
}

TEST(ListenerPlan, OneThatIsTakenOutKeepsItsIndexAndCanComeBack) {
  const auto first = start_with("a 1,b 2");

  const auto without = plan_listeners(*first, config_of("b 2"));
  ASSERT_TRUE(without.has_value());
  EXPECT_EQ(names_of(*without), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(without->retired, (std::vector<bool>{true, false}));
  EXPECT_EQ(without->close, Indices{0});

  const auto second = follow(first, *without);
  const auto still = plan_listeners(*second, config_of("b 2"));
  ASSERT_TRUE(still.has_value());
  EXPECT_TRUE(still->open.empty() && still->close.empty()) << "closed once";
  EXPECT_EQ(still->retired, (std::vector<bool>{true, false}));

  const auto back = plan_listeners(*second, config_of("b 2,a 7"));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->open, Indices{0});
  EXPECT_TRUE(back->close.empty());
  EXPECT_EQ(back->loaded.config->listeners[0].listen.port, 7);
}

TEST(ListenerPlan, AnotherAddressOrProtocolNeedsARestart) {
  const auto now = start_with("a 1,b 2");

  const auto moved = plan_listeners(*now, config_of("a 1,b 3"));
  const auto other = plan_listeners(*now, config_of("a 1,b 2 tcp"));

  ASSERT_FALSE(moved.has_value());
  EXPECT_EQ(moved.error().message, "listener 'b' changed its address");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().message, "listener 'b' changed its protocol");
}

TEST(ListenerPlan, ARunDoesNotCollectNamesForEver) {
  auto now = start_with("a 1");
  std::optional<Error> error;
  int reloads = 0;

  while (!error && ++reloads < 10'000) {
    auto plan = plan_listeners(*now, config_of(fmt::format("a 1,b{} 2", reloads)));
    if (plan) {
      now = follow(now, *plan);
    } else {
      error = plan.error();
    }
  }

  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->message, "more than 1024 listeners since the start");
  EXPECT_EQ(reloads, 1024);
}

}  // namespace
}  // namespace faultline::server
