// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/config_loader.h"

#include "proxy/base/limits.h"
#include "rules/matcher.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace faultline::rules {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string one_rule(const std::string& body) {
  return with_listeners("rules:\n  - { name: r, " + body + " }\n");
}

TEST(ConfigLoader, ReadsTheExampleOfTheDocumentation) {
  const auto config = load_good(kExample);

  EXPECT_EQ(config->run.name, "checkout-chaos");
  EXPECT_EQ(config->run.seed, 42U);
  EXPECT_TRUE(config->run.has_seed);
  EXPECT_EQ(config->gate.environments, (std::vector<std::string>{"preview", "local", "ci"}));
  ASSERT_EQ(config->listeners.size(), 1U);
  const auto& shop = config->listeners[0];
  EXPECT_EQ(shop.listen, (HostPort{"127.0.0.1", 18080}));
  EXPECT_EQ(shop.protocol, Protocol::Http);
  EXPECT_EQ(shop.upstream.scheme, "http");
  ASSERT_EQ(shop.contracts.size(), 1U);
  EXPECT_EQ(shop.contracts[0].path, "./shop.openapi.yaml");
  EXPECT_EQ(shop.contracts[0].resolved_path, "shop.openapi.yaml");
  EXPECT_EQ(shop.timeouts.connect, limits::kConnectTimeout);
  ASSERT_EQ(config->rules.size(), 3U);
  const auto& slow = std::get<LatencySpec>(config->rules[0].fault);
  EXPECT_EQ(slow.fixed, milliseconds(200));
  EXPECT_EQ(slow.jitter, milliseconds(50));
  EXPECT_EQ(slow.max, limits::kDelayMax);
  EXPECT_EQ(config->rules[0].trigger.chance_threshold, 858993459U);
  EXPECT_EQ(config->rules[0].match.path->text, "/cart/:id");
  EXPECT_EQ(std::get<AbortSpec>(config->rules[1].fault).status, 503);
  EXPECT_EQ(std::get<Nth>(config->rules[1].trigger.counting).positions,
            (std::vector<uint64_t>{1, 2}));
  const auto& drift = std::get<SchemaDriftSpec>(config->rules[2].fault);
  EXPECT_EQ(drift.pointer, "/0/price");
  EXPECT_EQ(drift.side, Side::Response);
  EXPECT_EQ(drift.body_max, limits::kCaptureBytes);
  EXPECT_EQ(std::get<Every>(config->rules[2].trigger.counting).period, 10U);
  ASSERT_EQ(config->phases.size(), 3U);
  EXPECT_EQ(config->phases[1].length, seconds(10));
  EXPECT_EQ(config->phases[1].rules.size(), 3U);
  EXPECT_TRUE(config->mirror.enabled);
  EXPECT_EQ(config->mirror.capture_bytes, limits::kCaptureBytes);
  EXPECT_EQ(config->hash.size(), 16U);
}

TEST(ConfigLoader, ReadsTheSameFromJson) {
  const auto yaml = load_good(
      "version: 1\nlisteners:\n  - name: a\n    listen: 127.0.0.1:0\n"
      "    upstream: http://x:1\n");
  const auto json = load_good(
      "{\"version\": 1, \"listeners\": [{\"name\": \"a\",\n"
      "\t\"listen\": \"127.0.0.1:0\", \"upstream\": \"http://x:1\"}]}");
  EXPECT_EQ(yaml->hash, json->hash);
}

TEST(ConfigLoader, ReportsEveryErrorInOnePass) {
  const auto outcome = load_text(
      "version: 1\n"
      "run: { name: my run, seed: minus }\n"
      "listeners:\n"
      "  - name: shop\n"
      "    listen: 127.0.0.1:18080\n"
      "    protocl: http\n"
      "    upstream: tcp://127.0.0.1:8080\n"
      "  - name: orders\n"
      "    listen: 0.0.0.0:18080\n"
      "    protocol: tcp\n"
      "    upstream: 127.0.0.1:9092\n"
      "rules:\n"
      "  - name: slow-cart\n"
      "    match: { listener: shp, method: GET, path: /cart/:id }\n"
      "    fault: { latncy: { fixed: 200ms } }\n"
      "    chance: 20\n"
      "  - name: slow-cart\n"
      "    match: { listener: orders }\n"
      "    fault: { abort: { status: 503 } }\n"
      "    nth: [1, 2]\n"
      "    every: 2\n"
      "  - name: late\n"
      "    match: { status: 5xx }\n"
      "    fault: { latency: { fixed: 200, side: request } }\n"
      "scenario:\n"
      "  phases:\n"
      "    - { name: warm-up, for: 5, rules: [slow-crt] }\n"
      "mirror: { mode: losless, capture: 12KiBs }\n");

  EXPECT_FALSE(outcome.config.has_value());
  expect_golden("tests/golden/rules/many_errors.txt", render_diagnostics(outcome.diagnostics));
}

TEST(ConfigLoader, SuggestsTheKeyInTheFormOfTheDocumentation) {
  const auto outcome = load_text(one_rule("fault: { latncy: { fixed: 200ms } }"));

  ASSERT_EQ(outcome.diagnostics.size(), 1U);
  EXPECT_EQ(render_diagnostic(outcome.diagnostics[0]),
            "error[FL0104]: unknown key 'latncy' in fault\n"
            " --> faultline.yaml:6:25\n"
            "  |\n"
            "6 |   - { name: r, fault: { latncy: { fixed: 200ms } } }\n"
            "  |                         ^^^^^^ not a fault\n"
            "  |\n"
            "  = note: faults are latency, throttle, slice, stall, cut, half_close, lifetime, "
            "connect, abort, "
            "drop, schema_drift\n"
            "help: did you mean 'latency'?\n"
            " --> faultline.yaml:6:25\n"
            "6 |   - { name: r, fault: { latency: { fixed: 200ms } } }\n");
}

TEST(ConfigLoader, RefusesWhatCannotWorkTogether) {
  struct Case {
    std::string body;
    std::string error;
  };
  const std::vector<Case> cases{
      {"fault: { drop: {}, abort: {} }",
       "FL0110 faultline.yaml:6:25: error: 'abort' and 'drop' exclude each other"},
      {"fault: {}", "FL0111 faultline.yaml:6:23: error: fault says not what to do"},
      {"fault: { latency: {} }", "FL0111 faultline.yaml:6:34: error: latency says not what to do"},
      {"fault: { latency: { fixed: 1s, uniform: [1s, 2s] } }",
       "FL0110 faultline.yaml:6:47: error: 'fixed' and 'uniform' exclude each other"},
      {"fault: { schema_drift: { mutate: null } }",
       "FL0111 faultline.yaml:6:39: error: schema_drift says not what to do"},
      {"fault: { schema_drift: { mutate: null, any: false } }",
       "FL0111 faultline.yaml:6:60: error: schema_drift says not what to change"},
      {"fault: { drop: {} }, once: true, every: 2",
       "FL0110 faultline.yaml:6:49: error: 'once' and 'every' exclude each other"},
      {"fault: { drop: {} }, nth: []", "FL0119 faultline.yaml:6:42: error: 'nth' names no match"},
      {"fault: { drop: {} }, match: { listener: [] }",
       "FL0119 faultline.yaml:6:56: error: 'listener' is an empty list"},
      {"fault: { abort: { effect: before } }, match: { status: 500 }",
       "FL0117 faultline.yaml:6:71: error: 'status' needs the response, but abort acts on the "
       "request"},
      {"fault: { drop: { how: reset } }, match: { status: 500 }",
       "FL0117 faultline.yaml:6:66: error: 'status' needs the response, but drop acts on the "
       "request"},
      {"fault: { latency: { fixed: 1s, side: request } }, match: { direction: response }",
       "FL0117 faultline.yaml:6:86: error: 'direction' is response, but latency acts on the "
       "request"},
      {"fault: { drop: { how: lose_response } }, match: { direction: request }",
       "FL0117 faultline.yaml:6:77: error: 'direction' is request, but drop acts on the response"},
      {"fault: { abort: {} }, match: { listener: db }",
       "FL0116 faultline.yaml:6:57: error: 'abort' needs HTTP, but listener 'db' speaks tcp"},
      {"fault: { schema_drift: { mutate: extra, any: true } }, match: { listener: [shop, db] }",
       "FL0116 faultline.yaml:6:90: error: 'schema_drift' needs HTTP, but listener 'db' speaks "
       "tcp"},
      {"fault: { drop: { how: lose_response } }, match: { listener: db }",
       "FL0116 faultline.yaml:6:76: error: drop 'lose_response' needs HTTP, but listener 'db' "
       "speaks "
       "tcp"},
      {"fault: { drop: {} }, match: { listener: db, path: /x }",
       "FL0116 faultline.yaml:6:56: error: 'path' needs HTTP, but listener 'db' speaks tcp"},
      {"fault: { drop: {} }, match: { listener: db, headers: { a: b } }",
       "FL0116 faultline.yaml:6:56: error: 'headers' needs HTTP, but listener 'db' speaks tcp"},
      {"fault: { drop: {} }, match: { listener: db }, scope: route",
       "FL0116 faultline.yaml:6:56: error: scope 'route' needs HTTP, but listener 'db' speaks tcp"},
      {"fault: { drop: {} }, match: { headers: { A: 1, a: 2 } }",
       "FL0108 faultline.yaml:6:63: error: two headers are named 'a'"},
      {"fault: { abort: { headers: { a: \"x\\ny\" } } }",
       "FL0118 faultline.yaml:6:48: error: the value of 'a' holds a control character"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    EXPECT_EQ(short_errors(load_text(one_rule(c.body))), c.error + "\n");
  }
}

TEST(ConfigLoader, PutsAFaultOnTheHalfThatItsMatchNeeds) {
  const auto side_of = [](const std::string& body) {
    return acting_side(load_good(one_rule(body))->rules[0].fault);
  };
  EXPECT_EQ(side_of("fault: { latency: { fixed: 1s } }"), Side::Request);
  EXPECT_EQ(side_of("fault: { latency: { fixed: 1s } }, match: { status: 500 }"), Side::Response);
  EXPECT_EQ(side_of("fault: { latency: { fixed: 1s } }, match: { direction: response }"),
            Side::Response);
  EXPECT_EQ(side_of("fault: { throttle: { rate: 1B/s } }"), Side::Response);
  EXPECT_EQ(side_of("fault: { throttle: { rate: 1B/s } }, match: { direction: request }"),
            Side::Request);
  EXPECT_EQ(side_of("fault: { abort: {} }"), Side::Request);
  EXPECT_EQ(side_of("fault: { abort: {} }, match: { status: 2xx }"), Side::Response);
  EXPECT_EQ(side_of("fault: { drop: { how: lose_response } }, match: { status: 2xx }"),
            Side::Response);
  EXPECT_EQ(side_of("fault: { schema_drift: { mutate: extra, any: true } }"), Side::Response);
}

TEST(ConfigLoader, FindsListenersThatWouldBindTheSamePort) {
  const auto errors_with = [](const std::string& a, const std::string& b) {
    return short_errors(load_text(
        fmt::format("version: 1\nlisteners:\n  - {{ name: a, listen: '{}', upstream: x:1 }}\n"
                    "  - {{ name: b, listen: '{}', upstream: x:1 }}\n",
                    a, b)));
  };
  const std::string clash = "FL0211 faultline.yaml:4:24: error: two listeners use port 80\n";

  EXPECT_EQ(errors_with("127.0.0.1:80", "127.0.0.1:80"), clash);
  EXPECT_EQ(errors_with("127.0.0.1:80", "0.0.0.0:80"), clash);
  EXPECT_EQ(errors_with("[::]:80", "10.0.0.1:80"), clash);
  EXPECT_EQ(errors_with("localhost:80", ":80"), clash);
  EXPECT_EQ(errors_with("127.0.0.1:80", "127.0.0.2:80"), "");
  EXPECT_EQ(errors_with("127.0.0.1:80", "127.0.0.1:81"), "");
  EXPECT_EQ(errors_with("127.0.0.1:0", "127.0.0.1:0"), "");
}

TEST(ConfigLoader, FindsNamesUsedTwice) {
  EXPECT_EQ(
      short_errors(load_text(
          "version: 1\nlisteners:\n  - { name: a, listen: ':0', upstream: x:1 }\n"
          "  - { name: a, listen: ':0', upstream: x:1 }\n"
          "rules: [{ name: r, fault: { drop: {} } }, { name: r, fault: { drop: {} } }]\n"
          "scenario: { phases: [{ name: p, for: 1s, rules: [r] }, { name: p, for: 1s }] }\n")),
      "FL0108 faultline.yaml:4:13: error: two listeners are named 'a'\n"
      "FL0108 faultline.yaml:5:51: error: two rules are named 'r'\n"
      "FL0108 faultline.yaml:6:64: error: two phases are named 'p'\n");
}

TEST(ConfigLoader, MatchesProtocolAndUpstream) {
  const auto load = [](const std::string& rest) {
    return load_text("version: 1\nlisteners: [{ name: a, listen: ':0', " + rest + " }]\n");
  };
  EXPECT_EQ(load("upstream: x:1").config->listeners[0].upstream.scheme, "http");
  EXPECT_EQ(load("upstream: x:1, protocol: tcp").config->listeners[0].upstream.scheme, "tcp");
  EXPECT_EQ(
      short_errors(load("upstream: 'http://x:1', protocol: tcp")),
      "FL0113 faultline.yaml:2:48: error: the protocol is tcp, but the upstream is http://\n");
  EXPECT_EQ(short_errors(load("upstream: x:1, protocol: tcp, contracts: [a.yaml]")),
            "FL0116 faultline.yaml:2:68: error: listener 'a' speaks tcp, which has no contract\n");
}

TEST(ConfigLoader, WarnsOfRulesThatCanNeverDoWhatTheySay) {
  const auto never =
      load_text(one_rule("fault: { drop: {} }") + "scenario: { phases: [{ name: p, for: 1s }] }\n");
  EXPECT_EQ(short_errors(never), "FL0120 faultline.yaml:6:13: warning: no phase arms rule 'r'\n");
  EXPECT_TRUE(never.config.has_value());

  const auto counting =
      load_text(one_rule("fault: { drop: {} }, match: { listener: db }, every: 2"));
  EXPECT_EQ(short_errors(counting),
            "FL0121 faultline.yaml:6:62: warning: each tcp connection is counted by itself and is "
            "one match\n");
  EXPECT_TRUE(counting.config.has_value());
}

TEST(ConfigLoader, ScopesByConnectionWhenAllListenersSpeakTcp) {
  const auto scope_of = [](const std::string& body) {
    return load_good(one_rule("fault: { drop: {} }, " + body))->rules[0].scope;
  };
  EXPECT_EQ(scope_of("match: { listener: shop }").kind, ScopeKind::Route);
  EXPECT_EQ(scope_of("match: { listener: db }").kind, ScopeKind::Connection);
  EXPECT_EQ(scope_of("match: {}").kind, ScopeKind::Route);
  EXPECT_TRUE(scope_of("match: {}").is_default);
  EXPECT_FALSE(scope_of("scope: client").is_default);
  EXPECT_EQ(scope_of("scope: { header: X-Id }").header, "x-id");
}

TEST(ConfigLoader, PutsTheEnvironmentIntoValues) {
  const Environment environment{{"SEED", "77"}, {"NAME", "chaos"}, {"PORT", "18081"},
                                {"EMPTY", ""},  {"MODE", "lossy"}, {"ONCE", "true"}};
  const auto config = load_good(
      "version: 1\n"
      "run: { name: \"a-${NAME}-${NAME}\", seed: \"${SEED}\", artifacts: "
      "\"./$${NAME}/$x/${NO:-d}\" }\n"
      "listeners:\n"
      "  - { name: a, listen: \"127.0.0.1:${PORT}\", upstream: \"http://${HOST:-localhost}:8080\" "
      "}\n"
      "rules:\n"
      "  - { name: r, fault: { abort: { body: \"${EMPTY:-none}\" } }, once: \"${ONCE}\" }\n"
      "mirror:\n  mode: ${MODE}\n",
      environment);

  EXPECT_EQ(config->run.name, "a-chaos-chaos");
  EXPECT_EQ(config->run.seed, 77U);
  EXPECT_EQ(config->run.artifacts, "./${NAME}/$x/d");
  EXPECT_EQ(config->listeners[0].listen.port, 18081);
  EXPECT_EQ(config->listeners[0].upstream.address.host, "localhost");
  EXPECT_EQ(config->mirror.mode, MirrorMode::Lossy);
  EXPECT_EQ(std::get<AbortSpec>(config->rules[0].fault).body, "none");
  EXPECT_EQ(std::get<First>(config->rules[0].trigger.counting).count, 1U);
}

TEST(ConfigLoader, DoesNotReadVariablesOutOfValues) {
  const auto config = load_good(one_rule("fault: { abort: { body: \"${A}${B}\" } }"),
                                {{"A", "x${B}$"}, {"B", "{C}"}});
  EXPECT_EQ(std::get<AbortSpec>(config->rules[0].fault).body, "x${B}${C}");
}

TEST(ConfigLoader, ReportsVariablesThatCannotBePutIn) {
  EXPECT_EQ(short_errors(load_text(with_listeners(
                "run: { name: \"${NOPE}\", artifacts: \"${1X}\" }\ngate: { flag: \"${X\" }\n"))),
            "FL0115 faultline.yaml:5:14: error: environment variable NOPE is not set\n"
            "FL0115 faultline.yaml:5:36: error: '1X' is not the name of a variable\n"
            "FL0115 faultline.yaml:6:15: error: '${' without '}'\n");
}

TEST(ConfigLoader, NamesTheVariableAndMasksSecrets) {
  const auto render = [](const std::string& name) {
    const auto outcome =
        load_text(with_listeners("run: { seed: \"${" + name + "}\" }\n"), {{name, "hunter2"}});
    return render_diagnostics(outcome.diagnostics);
  };
  EXPECT_NE(render("SEED").find("'seed' must be at least 0, not 'hunter2'"), std::string::npos);
  EXPECT_NE(render("SEED").find("= note: the value comes from ${SEED}"), std::string::npos);
  for (const std::string name : {"API_KEY", "DB_PASSWORD", "github_token", "CLIENT_SECRET"}) {
    SCOPED_TRACE(name);
    EXPECT_NE(render(name).find("'seed' must be at least 0, not '***'"), std::string::npos);
    EXPECT_EQ(render(name).find("hunter2"), std::string::npos);
  }
}

TEST(ConfigLoader, ResolvesContractsAgainstTheFolderOfTheFile) {
  EXPECT_EQ(resolve_path("faultline.yaml", "./a.yaml"), "a.yaml");
  EXPECT_EQ(resolve_path("conf/faultline.yaml", "./a.yaml"), "conf/a.yaml");
  EXPECT_EQ(resolve_path("/etc/f/faultline.yaml", "../a.yaml"), "/etc/f/../a.yaml");
  EXPECT_EQ(resolve_path("/etc/f/faultline.yaml", "/b/a.yaml"), "/b/a.yaml");
  EXPECT_EQ(resolve_path("/faultline.yaml", "a.yaml"), "/a.yaml");
}

TEST(ConfigLoader, PassesSyntaxErrorsOn) {
  EXPECT_EQ(short_errors(load_text("version: 1\nrun: {\n")),
            "FL0001 faultline.yaml:3:1: error: did not find expected node content\n");
  EXPECT_EQ(short_errors(load_text("")),
            "FL0102 faultline.yaml:1:1: error: the configuration must be a mapping, not nothing\n");
  EXPECT_EQ(short_errors(load_text("{}")),
            "FL0103 faultline.yaml:1:1: error: missing key 'version' in the configuration\n"
            "FL0103 faultline.yaml:1:1: error: missing key 'listeners' in the configuration\n");
}

TEST(ConfigLoader, BoundsTheNumberOfRules) {
  std::string rules = "rules:\n";
  for (size_t i = 0; i <= limits::kRules; ++i) rules += "  - {}\n";
  EXPECT_EQ(short_errors(load_text(with_listeners(rules))),
            "FL0107 faultline.yaml:5:1: error: 10001 rules, more than 10000\n");
}

TEST(ConfigForUpstream, IsAMirrorOfOneListener) {
  const auto config = config_for_upstream({"http", {"localhost", 8080}});

  ASSERT_EQ(config.listeners.size(), 1U);
  EXPECT_EQ(config.listeners[0].name, "upstream");
  EXPECT_EQ(config.listeners[0].listen, (HostPort{"127.0.0.1", 0}));
  EXPECT_EQ(config.listeners[0].protocol, Protocol::Http);
  EXPECT_EQ(config.listeners[0].timeouts.head, limits::kHeadTimeout);
  EXPECT_TRUE(config.rules.empty());
  EXPECT_TRUE(config.mirror.enabled);
  EXPECT_EQ(config.mirror.capture_bytes, limits::kCaptureBytes);
  EXPECT_EQ(config.hash.size(), 16U);
  EXPECT_EQ(config_for_upstream({"tcp", {"localhost", 1}}).listeners[0].protocol, Protocol::Tcp);
}

}  // namespace
}  // namespace faultline::rules
