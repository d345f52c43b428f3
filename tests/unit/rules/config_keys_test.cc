// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/schema.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

// Every key of the field table: one text that is accepted and one that is refused, with the whole
// message.
namespace faultline::rules {
namespace {

struct Case {
  std::string key;  // "object.key"
  std::string accept;
  std::string reject;
  std::string error;  // "LINE:COL: message" and its code before
};

// Wraps the body of a rule / its fault / a listener; each begins on line 6 of the file.
std::string rule(const std::string& body) { return "rules:\n  - { name: r, " + body + " }\n"; }
std::string fault(const std::string& body) { return rule("fault: { " + body + " }"); }
std::string match(const std::string& body) {
  return rule("fault: { drop: {} }, match: { " + body + " }");
}
std::string trigger(const std::string& body) { return rule("fault: { drop: {} }, " + body); }

// The same on one listener; behind the fault, so that its columns stay.
std::string on(const std::string& listener, const std::string& body) {
  return rule("fault: { " + body + " }, match: { listener: " + listener + " }");
}

void check(const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    SCOPED_TRACE(c.key);
    const auto good = load_text(with_listeners(c.accept));
    EXPECT_EQ(short_errors(good), "") << c.accept;
    EXPECT_TRUE(good.config.has_value());

    const auto bad = load_text(with_listeners(c.reject));
    EXPECT_EQ(short_errors(bad), c.error + "\n") << c.reject;
    EXPECT_FALSE(bad.config.has_value());
  }
}

std::string error_at(const std::string& code, const std::string& place, const std::string& text) {
  return fmt::format("{} faultline.yaml:{}: error: {}", code, place, text);
}

const std::vector<Case>& operation_cases() {
  static const std::vector<Case> cases{
      {".control", "control: { listen: '127.0.0.1:0' }\n", "control: on\n",
       error_at("FL0102", "5:10", "control must be a mapping, not a text")},
      {".access_log", "access_log: true\n", "access_log: true\nmirror: { mode: off }\n",
       error_at("FL0213", "5:13", "the access log is written from the mirror, which is off")},
      {".traces", "traces: true\n", "traces: true\nmirror: { mode: off }\n",
       error_at("FL0213", "5:9", "traces are written from the mirror, which is off")},
      {"control.listen", "control: { listen: 'localhost:9900' }\n",
       "control: { listen: '0.0.0.0:9900' }\n",
       error_at("FL0212", "5:20", "the control port would be open to others on '0.0.0.0'")},
      {"control.allow_remote", "control: { listen: '0.0.0.0:9900', allow_remote: true }\n",
       "control: { listen: ':0', allow_remote: maybe }\n",
       error_at("FL0102", "5:40", "'allow_remote' in control must be true or false, not a text")},
      {"control.drain_grace", "control: { listen: ':0', drain_grace: 5s }\n",
       "control: { listen: ':0', drain_grace: 2h }\n",
       error_at("FL0107", "5:39", "'drain_grace' must be 0s to 1h, not '2h'")}};
  return cases;
}

const std::vector<Case>& run_cases() {
  static const std::vector<Case> cases{
      {".run", "run: { name: a }\n", "run: 5\n",
       error_at("FL0102", "5:6", "run must be a mapping, not a number")},
      {".gate", "gate: {}\n", "gate: []\n",
       error_at("FL0102", "5:7", "gate must be a mapping, not a list")},
      {".limits", "limits: {}\n", "limits: 5\n",
       error_at("FL0102", "5:9", "limits must be a mapping, not a number")},
      {"total.connections", "limits: { connections: 1000000 }\n", "limits: { connections: 0 }\n",
       error_at("FL0107", "5:24", "'connections' must be 1 to 1000000, not '0'")},
      {".overload", "overload: { memory: 512MiB }\n", "overload: 512MiB\n",
       error_at("FL0102", "5:11", "overload must be a mapping, not a text")},
      {"overload.memory", "overload: { memory: 16MiB }\n", "overload: { memory: 1MiB }\n",
       error_at("FL0107", "5:21", "'memory' must be 16MiB to 1048576GiB, not '1MiB'")},
      {".workers", "workers: 4\n", "workers: 1025\n",
       error_at("FL0107", "5:10", "'workers' must be 0 to 1024, not '1025'")},
      {".rules", "rules: []\n", "rules: { name: r }\n",
       error_at("FL0102", "5:8",
                "'rules' in the configuration must be a list of mappings, not a mapping")},
      {".scenario", "scenario:\n  phases: [{ name: a, for: 1s }]\n", "scenario: now\n",
       error_at("FL0102", "5:11", "scenario must be a mapping, not a text")},
      {".mirror", "mirror: {}\n", "mirror: off\n",
       error_at("FL0102", "5:9", "mirror must be a mapping, not a text")},
      {".redaction", "redaction:\n", "redaction: true\n",
       error_at("FL0102", "5:12", "redaction must be a mapping, not true or false")},
      {".report", "report: {}\n", "report: json\n",
       error_at("FL0102", "5:9", "report must be a mapping, not a text")},
      {"run.name", "run: { name: a.B_c-9 }\n", "run: { name: a/b }\n",
       error_at("FL0112", "5:14", "'a/b' is not a name")},
      {"run.seed", "run: { seed: 18446744073709551615 }\n", "run: { seed: -1 }\n",
       error_at("FL0107", "5:14", "'seed' must be at least 0, not '-1'")},
      {"run.artifacts", "run: { artifacts: /tmp/x }\n", "run: { artifacts: '' }\n",
       error_at("FL0118", "5:19", "'artifacts' is empty")},
      {"gate.flag", "gate: { flag: CHAOS }\n", "gate: { flag: 'A B' }\n",
       error_at("FL0118", "5:15", "'A B' is not the name of a variable")},
      {"gate.environments", "gate: { environments: [] }\n", "gate: { environments: ci }\n",
       error_at("FL0102", "5:23", "'environments' in gate must be a list of texts, not a text")},
      {"scenario.phases", "scenario: { phases: [{ name: a, for: 1s }] }\n",
       "scenario: { phases: [] }\n", error_at("FL0119", "5:21", "there is no phase")},
      {"phase.name", "scenario: { phases: [{ name: warm-up, for: 1s }] }\n",
       "scenario: { phases: [{ name: 'warm up', for: 1s }] }\n",
       error_at("FL0112", "5:30", "'warm up' is not a name")},
      {"phase.for", "scenario: { phases: [{ name: a, for: 720h }] }\n",
       "scenario: { phases: [{ name: a, for: 0s }] }\n",
       error_at("FL0107", "5:38", "'for' must be 1ms to 720h, not '0s'")},
      {"phase.rules",
       "scenario: { phases: [{ name: a, for: 1s, rules: [r] }] }\n" + fault("drop: {}"),
       "scenario: { phases: [{ name: a, for: 1s, rules: [x] }] }\n" + fault("drop: {}"),
       error_at("FL0109", "5:50", "unknown rule 'x'")},
      {"mirror.mode", "mirror: { mode: off }\n", "mirror: { mode: fast }\n",
       error_at("FL0105", "5:17", "unknown value 'fast' for 'mode'")},
      {"mirror.capture", "mirror: { capture: 64MiB }\n", "mirror: { capture: 1B }\n",
       error_at("FL0107", "5:20", "'capture' must be 1KiB to 64MiB, not '1B'")},
      {"redaction.packs", "redaction: { packs: [] }\n", "redaction: { packs: [defualt] }\n",
       error_at("FL0105", "5:22", "unknown value 'defualt' for 'packs'")},
      {"redaction.canaries", "redaction: { canaries: [canary-1] }\n",
       "redaction: { canaries: [short] }\n",
       error_at("FL0107", "5:25", "a canary must have 8 bytes or more")},
      {"redaction.known", "redaction: { known: [a-secret] }\n", "redaction: { known: [secret] }\n",
       error_at("FL0107", "5:22", "a known value must have 8 bytes or more")},
      {"redaction.dictionary", "redaction: { dictionary: [heron] }\n",
       "redaction: { dictionary: [abc] }\n",
       error_at("FL0107", "5:27", "a word must have 4 bytes or more")},
      {"redaction.operators", "redaction: { operators: [] }\n",
       "redaction: { operators: { class: email } }\n",
       error_at("FL0102", "5:25",
                "'operators' in redaction must be a list of mappings, not a mapping")},
      {"operator.class", "redaction: { operators: [{ class: email, use: hmac }] }\n",
       "redaction: { operators: [{ class: email, path: /a, use: hmac }] }\n",
       error_at("FL0110", "5:42", "'class' and 'path' exclude each other")},
      {"operator.path", "redaction: { operators: [{ path: /a/*, use: drop }] }\n",
       "redaction: { operators: [{ path: a, use: drop }] }\n",
       error_at("FL0118", "5:34", "'a' is not a JSON pointer")},
      {"operator.header", "redaction: { operators: [{ header: X-A, use: keep }] }\n",
       "redaction: { operators: [{ header: 'X A', use: keep }] }\n",
       error_at("FL0118", "5:36", "'X A' is not the name of a header")},
      {"operator.annotation", "redaction: { operators: [{ annotation: pii, use: tag }] }\n",
       "redaction: { operators: [{ annotation: pi, use: tag }] }\n",
       error_at("FL0105", "5:40", "unknown value 'pi' for 'annotation'")},
      {"operator.use", "redaction: { operators: [{ class: email, use: date_shift }] }\n",
       "redaction: { operators: [{ class: email, use: shift }] }\n",
       error_at("FL0105", "5:47", "unknown value 'shift' for 'use'")},
      {"report.formats", "report: { formats: [junit, json, json] }\n",
       "report: { formats: [pdf] }\n",
       error_at("FL0105", "5:21", "unknown value 'pdf' for 'formats'")},
      {"report.fail_on", "report: { fail_on: none }\n", "report: { fail_on: [error] }\n",
       error_at("FL0102", "5:20", "'fail_on' in report must be one of its words, not a list")}};
  return cases;
}

// Listener cases replace the listeners; they are whole files.
const std::vector<Case>& listener_cases() {
  static const std::vector<Case> cases{
      {".version", "1", "2", error_at("FL0101", "1:10", "version 2 is not known")},
      {".listeners", "[{ name: a, listen: ':0', upstream: x:1 }]", "[]",
       error_at("FL0119", "2:12", "there is no listener")},
      {"listener.name", "[{ name: a-1, listen: ':0', upstream: x:1 }]",
       "[{ name: '', listen: ':0', upstream: x:1 }]",
       error_at("FL0112", "2:21", "'' is not a name")},
      {"listener.listen", "[{ name: a, listen: '[::1]:80', upstream: x:1 }]",
       "[{ name: a, listen: 8080, upstream: x:1 }]",
       error_at("FL0113", "2:32", "'8080' has no port (write host:port)")},
      {"listener.protocol", "[{ name: a, listen: ':0', protocol: tcp, upstream: x:1 }]",
       "[{ name: a, listen: ':0', protocol: udp, upstream: x:1 }]",
       error_at("FL0105", "2:48", "unknown value 'udp' for 'protocol'")},
      {"listener.upstream", "[{ name: a, listen: ':0', upstream: http://x }]",
       "[{ name: a, listen: ':0', upstream: http://x/path }]",
       error_at("FL0113", "2:48",
                "'http://x/path' must be scheme://host:port without user, path or query")},
      {"listener.underscores", "[{ name: a, listen: ':0', upstream: x:1, underscores: strip }]",
       "[{ name: a, listen: ':0', upstream: x:1, underscores: drop }]",
       error_at("FL0105", "2:66", "unknown value 'drop' for 'underscores'")},
      {"listener.limits", "[{ name: a, listen: ':0', upstream: x:1, limits: {} }]",
       "[{ name: a, listen: ':0', upstream: x:1, limits: 5 }]",
       error_at("FL0102", "2:61", "limits must be a mapping, not a number")},
      {"limits.connections",
       "[{ name: a, listen: ':0', upstream: x:1, limits: { connections: 1 } }]",
       "[{ name: a, listen: ':0', upstream: x:1, limits: { connections: 0 } }]",
       error_at("FL0107", "2:76", "'connections' must be 1 to 1000000, not '0'")},
      {"limits.pending", "[{ name: a, listen: ':0', upstream: x:1, limits: { pending: 1000000 } }]",
       "[{ name: a, listen: ':0', upstream: x:1, limits: { pending: 1000001 } }]",
       error_at("FL0107", "2:72", "'pending' must be 1 to 1000000, not '1000001'")},
      {"listener.min_rate", "[{ name: a, listen: ':0', upstream: x:1, min_rate: {} }]",
       "[{ name: a, listen: ':0', upstream: x:1, protocol: tcp, min_rate: {} }]",
       error_at("FL0116", "2:68", "listener 'a' speaks tcp, in which silence is legal")},
      {"min_rate.request",
       "[{ name: a, listen: ':0', upstream: x:1, min_rate: { request: 500B/s } }]",
       "[{ name: a, listen: ':0', upstream: x:1, min_rate: { request: 500B } }]",
       error_at("FL0106", "2:74", "'500B' is not a rate")},
      {"min_rate.response",
       "[{ name: a, listen: ':0', upstream: x:1, min_rate: { response: 1KiB/s } }]",
       "[{ name: a, listen: ':0', upstream: x:1, min_rate: { response: 0B/s } }]",
       error_at("FL0107", "2:75", "'response' must be 1B/s to 1024GiB/s, not '0B/s'")},
      {"min_rate.over", "[{ name: a, listen: ':0', upstream: x:1, min_rate: { over: 1m } }]",
       "[{ name: a, listen: ':0', upstream: x:1, min_rate: { over: 1ms } }]",
       error_at("FL0107", "2:71", "'over' must be 100ms to 1h, not '1ms'")},
      {"listener.mode", "[{ name: a, listen: ':0', upstream: x:1, mode: gateway }]",
       "[{ name: a, listen: ':0', upstream: x:1, protocol: tcp, mode: gateway }]",
       error_at("FL0116", "2:68", "listener 'a' speaks tcp, which has no heads")},
      {"listener.proxy_protocol_from",
       "[{ name: a, listen: ':0', upstream: x:1, proxy_protocol_from: [10.0.0.0/8, '::1'] }]",
       "[{ name: a, listen: ':0', upstream: x:1, proxy_protocol_from: [10.0.0.1/8] }]",
       error_at("FL0113", "2:75", "'10.0.0.1/8' is not a network")},
      {"listener.connect_to",
       "[{ name: a, listen: ':0', upstream: x:1, connect_to: ['api.test:443', '[::1]:80'] }]",
       "[{ name: a, listen: ':0', upstream: x:1, connect_to: [api.test] }]",
       error_at("FL0113", "2:66", "'api.test' has no port (write host:port)")},
      {"listener.contracts",
       "[{ name: a, listen: ':0', upstream: x:1, contracts: [a.yaml, /b.json] }]",
       "[{ name: a, listen: ':0', upstream: x:1, contracts: a.yaml }]",
       error_at("FL0102", "2:64", "'contracts' in listener must be a list of texts, not a text")},
      {"listener.timeouts", "[{ name: a, listen: ':0', upstream: x:1, timeouts: {} }]",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: 5s }]",
       error_at("FL0102", "2:63", "timeouts must be a mapping, not a text")},
      {"timeouts.connect", "[{ name: a, listen: ':0', upstream: x:1, timeouts: { connect: 1s } }]",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: { connect: 1 } }]",
       error_at("FL0106", "2:74", "'1' is not a duration")},
      {"timeouts.head", "[{ name: a, listen: ':0', upstream: x:1, timeouts: { head: 1m } }]",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: { head: soon } }]",
       error_at("FL0106", "2:71", "'soon' is not a duration")},
      {"timeouts.idle", "[{ name: a, listen: ':0', upstream: x:1, timeouts: { idle: 24h } }]",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: { idle: 25h } }]",
       error_at("FL0107", "2:71", "'idle' must be 1ms to 24h, not '25h'")},
      {"timeouts.keep_alive",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: { keep_alive: 1ms } }]",
       "[{ name: a, listen: ':0', upstream: x:1, timeouts: { keep_alive: [] } }]",
       error_at("FL0102", "2:77", "'keep_alive' in timeouts must be a duration, not a list")}};
  return cases;
}

const std::vector<Case>& rule_cases() {
  static const std::vector<Case> cases{
      {"rule.name", "rules: [{ name: pack/r_1.x, fault: { drop: {} } }]\n",
       "rules: [{ name: 'a b', fault: { drop: {} } }]\n",
       error_at("FL0112", "5:17", "'a b' is not a name")},
      {"rule.match", trigger("match: {}"), trigger("match: shop"),
       error_at("FL0102", "6:44", "match must be a mapping, not a text")},
      {"rule.fault", rule("fault: { drop: {} }"), rule("fault: drop"),
       error_at("FL0102", "6:23", "fault must be a mapping, not a text")},
      {"rule.chance", trigger("chance: 0.0001%"), trigger("chance: 20"),
       error_at("FL0106", "6:45", "'20' is not a probability")},
      {"rule.once", trigger("once: true"), trigger("once: 'true'"),
       error_at("FL0102", "6:43", "'once' in rule must be true or false, not a text")},
      {"rule.nth", trigger("nth: [2, 1]"), trigger("nth: [0]"),
       error_at("FL0107", "6:43", "'nth' must be at least 1, not '0'")},
      {"rule.first", trigger("first: 3"), trigger("first: 1.5"),
       error_at("FL0107", "6:44", "'first' must be at least 1, not '1.5'")},
      {"rule.every", trigger("every: 10"), trigger("every: 0"),
       error_at("FL0107", "6:44", "'every' must be at least 1, not '0'")},
      {"rule.burst", trigger("burst: { length: 1, period: 5 }"), trigger("burst: 5"),
       error_at("FL0102", "6:44", "burst must be a mapping, not a number")},
      {"burst.length", trigger("burst: { length: 5, period: 5 }"),
       trigger("burst: { length: 6, period: 5 }"),
       error_at("FL0107", "6:54", "'length' must not be above 'period'")},
      {"burst.period", trigger("burst: { length: 1, period: 1 }"),
       trigger("burst: { length: 1, period: 0 }"),
       error_at("FL0107", "6:65", "'period' must be at least 1, not '0'")},
      {"rule.apply", trigger("apply: live"), trigger("apply: now"),
       error_at("FL0105", "6:44", "unknown value 'now' for 'apply'")},
      {"rule.on_disarm", trigger("apply: live, on_disarm: flush"), trigger("on_disarm: flush"),
       error_at("FL0110", "6:37", "'on_disarm' belongs to 'apply: live'")},
      {"rule.window", trigger("window: { start: 0s, duration: 1s }"), trigger("window: 5s"),
       error_at("FL0102", "6:45", "window must be a mapping, not a text")},
      {"rule.budget", trigger("budget: {}"), trigger("budget: 5"),
       error_at("FL0102", "6:45", "budget must be a mapping, not a number")},
      {"rule.scope", trigger("scope: client"), trigger("scope: user"),
       error_at("FL0105", "6:44", "unknown value 'user' for 'scope'")},
      {"rule.expect", trigger("expect: { fired: '== 0' }"), trigger("expect: yes"),
       error_at("FL0102", "6:45", "expect must be a mapping, not a text")},
      {"match.listener", match("listener: [shop, db]"), match("listener: shp"),
       error_at("FL0109", "6:56", "unknown listener 'shp'")},
      {"match.direction", match("direction: request"), match("direction: both"),
       error_at("FL0105", "6:57", "unknown value 'both' for 'direction'")},
      {"match.method", match("method: [GET, PATCH]"), match("method: 'GET POST'"),
       error_at("FL0118", "6:54", "'GET POST' is not an HTTP method")},
      {"match.path", match("path: /a/:b"), match("path: a"),
       error_at("FL0114", "6:52", "'a' is not a path template")},
      {"match.headers", match("headers: { X-A: 1 }"), match("headers: { 'X A': 1 }"),
       error_at("FL0118", "6:57", "'X A' is not the name of a header")},
      {"match.query", match("query: { q: '*' }"), match("query: { q: [1] }"),
       error_at("FL0102", "6:58", "'q' in query must be a text, not a list")},
      {"match.status",
       rule("fault: { drop: { how: lose_response } }, match: { status: [404, 5xx, "
            "200-204] }"),
       rule("fault: { drop: { how: lose_response } }, match: { status: 6xx }"),
       error_at("FL0106", "6:74", "'6xx' is not a status")},
      {"match.content_type", match("content_type: text/*"), match("content_type: json"),
       error_at("FL0118", "6:60", "'json' is not a media type")},
      {"window.start", trigger("window: { start: 1m, duration: 1s }"),
       trigger("window: { start: -1s, duration: 1s }"),
       error_at("FL0106", "6:54", "'-1s' is not a duration")},
      {"window.duration", trigger("window: { start: 0s, duration: 1ns }"),
       trigger("window: { start: 0s, duration: 0s }"),
       error_at("FL0107", "6:68", "'duration' must be 1ns to 720h, not '0s'")},
      {"budget.total", trigger("budget: { total: 1 }"), trigger("budget: { total: many }"),
       error_at("FL0102", "6:54", "'total' in budget must be a whole number, not a text")},
      {"budget.concurrent", trigger("budget: { concurrent: 1 }"),
       trigger("budget: { concurrent: 0 }"),
       error_at("FL0107", "6:59", "'concurrent' must be at least 1, not '0'")},
      {"scope.header", trigger("scope: { header: Idempotency-Key }"),
       trigger("scope: { header: 'a:b' }"),
       error_at("FL0118", "6:54", "'a:b' is not the name of a header")},
      {"expect.fired", trigger("expect: { fired: '>=1' }"), trigger("expect: { fired: '> 1' }"),
       error_at("FL0106", "6:54", "'> 1' is not a comparison")}};
  return cases;
}

const std::vector<Case>& fault_cases() {
  static const std::vector<Case> cases{
      {"fault.latency", fault("latency: { fixed: 1s }"), fault("latency: 1s"),
       error_at("FL0102", "6:34", "latency must be a mapping, not a text")},
      {"fault.throttle", fault("throttle: { rate: 1B/s }"), fault("throttle: {}"),
       error_at("FL0103", "6:35", "missing key 'rate' in throttle")},
      {"fault.slice", fault("slice: { gap: 1ms }"), fault("slice: {}"),
       error_at("FL0103", "6:32", "missing key 'gap' in slice")},
      {"fault.stall", fault("stall: { for: 1s }"), fault("stall: {}"),
       error_at("FL0103", "6:32", "missing key 'for' in stall")},
      {"fault.cut", fault("cut: {}"), fault("cut: 5"),
       error_at("FL0102", "6:30", "cut must be a mapping, not a number")},
      {"fault.half_close", fault("half_close: {}"), on("shop", "half_close: {}"),
       error_at("FL0116", "6:62", "'half_close' needs tcp, but listener 'shop' speaks http")},
      {"fault.lifetime", on("db", "lifetime: { for: 1s }"), on("db", "lifetime: {}"),
       error_at("FL0103", "6:35", "missing key 'for' in lifetime")},
      {"fault.connect", fault("connect: { delay: 1s }"), fault("connect: {}"),
       error_at("FL0111", "6:34", "connect says not what to do")},
      {"fault.abort", fault("abort: {}"), fault("abort: 503"),
       error_at("FL0102", "6:32", "abort must be a mapping, not a number")},
      {"fault.drop", fault("drop: {}"), fault("drop: close"),
       error_at("FL0102", "6:31", "drop must be a mapping, not a text")},
      {"fault.edit", fault("edit: { remove: etag }"), fault("edit: {}"),
       error_at("FL0111", "6:31", "edit says not what to do")},
      {"fault.truncate", fault("truncate: {}"), on("db", "truncate: {}"),
       error_at("FL0116", "6:60", "'truncate' needs HTTP, but listener 'db' speaks tcp")},
      {"fault.withhold_continue", fault("withhold_continue: {}"), fault("withhold_continue: 5s"),
       error_at("FL0102", "6:44", "withhold_continue must be a mapping, not a text")},
      {"fault.duplicate_request", fault("duplicate_request: {}"), fault("duplicate_request: 1"),
       error_at("FL0102", "6:44", "duplicate_request must be a mapping, not a number")},
      {"fault.stale_response", fault("stale_response: {}"), fault("stale_response: []"),
       error_at("FL0102", "6:41", "stale_response must be a mapping, not a list")},
      {"fault.swap_responses", fault("swap_responses: { allow_mixup: true }"),
       fault("swap_responses: {}"),
       error_at("FL0103", "6:41", "missing key 'allow_mixup' in swap_responses")},
      {"fault.schema_drift", fault("schema_drift: { mutate: remove, any: true }"),
       fault("schema_drift: { any: true }"),
       error_at("FL0103", "6:39", "missing key 'mutate' in schema_drift")},
      {"latency.fixed", fault("latency: { fixed: 10m }"), fault("latency: { fixed: 11m }"),
       error_at("FL0107", "6:43", "'fixed' must be 0s to 10m, not '11m'")},
      {"latency.jitter", fault("latency: { fixed: 1s, jitter: 1s }"),
       fault("latency: { normal: { mean: 1s, stddev: 1s }, jitter: 1s }"),
       error_at("FL0110", "6:70", "'jitter' and 'normal' exclude each other")},
      {"latency.uniform", fault("latency: { uniform: [0s, 1s] }"),
       fault("latency: { uniform: [1s, 1s] }"),
       error_at("FL0107", "6:45", "'uniform' must ascend")},
      {"latency.normal", fault("latency: { normal: { mean: 1s, stddev: 0s } }"),
       fault("latency: { normal: 1s }"),
       error_at("FL0102", "6:44", "normal must be a mapping, not a text")},
      {"latency.lognormal", fault("latency: { lognormal: { median: 1ms, sigma: 0.5 } }"),
       fault("latency: { lognormal: 1ms }"),
       error_at("FL0102", "6:47", "lognormal must be a mapping, not a text")},
      {"latency.empirical", fault("latency: { empirical: [3ms, 1ms] }"),
       fault("latency: { empirical: [3ms] }"),
       error_at("FL0107", "6:47", "'empirical' must have 2 to 10000 delays, not 1")},
      {"lognormal.median", fault("latency: { lognormal: { median: 1ns, sigma: 0.001 } }"),
       fault("latency: { lognormal: { median: 0s, sigma: 0.5 } }"),
       error_at("FL0107", "6:57", "'median' must be 1ns to 10m, not '0s'")},
      {"lognormal.sigma", fault("latency: { lognormal: { median: 1ms, sigma: 5 } }"),
       fault("latency: { lognormal: { median: 1ms, sigma: 5.001 } }"),
       error_at("FL0107", "6:69", "'sigma' must be 0.001 to 5, not '5.001'")},
      {"latency.exponential", fault("latency: { exponential: { mean: 1ms } }"),
       fault("latency: { exponential: {} }"),
       error_at("FL0103", "6:49", "missing key 'mean' in exponential")},
      {"latency.pareto", fault("latency: { pareto: { scale: 1ms, shape: 2 } }"),
       fault("latency: { pareto: [] }"),
       error_at("FL0102", "6:44", "pareto must be a mapping, not a list")},
      {"latency.side", fault("latency: { fixed: 1s, side: response }"),
       fault("latency: { fixed: 1s, side: left }"),
       error_at("FL0105", "6:53", "unknown value 'left' for 'side'")},
      {"latency.max", fault("latency: { fixed: 1s, max: 500ms }"),
       fault("latency: { fixed: 1s, max: 0s }"),
       error_at("FL0107", "6:52", "'max' must be 1ns to 10m, not '0s'")},
      {"normal.mean", fault("latency: { normal: { mean: 0s, stddev: 1s } }"),
       fault("latency: { normal: { mean: 11m, stddev: 1s } }"),
       error_at("FL0107", "6:52", "'mean' must be 0s to 10m, not '11m'")},
      {"normal.stddev", fault("latency: { normal: { mean: 1s, stddev: 1s } }"),
       fault("latency: { normal: { mean: 1s, stddev: 1 } }"),
       error_at("FL0106", "6:64", "'1' is not a duration")},
      {"exponential.mean", fault("latency: { exponential: { mean: 1s } }"),
       fault("latency: { exponential: { mean: 0s } }"),
       error_at("FL0107", "6:57", "'mean' must be 1ns to 10m, not '0s'")},
      {"pareto.scale", fault("latency: { pareto: { scale: 1ms, shape: 1.5 } }"),
       fault("latency: { pareto: { scale: 0s, shape: 1.5 } }"),
       error_at("FL0107", "6:53", "'scale' must be 1ns to 10m, not '0s'")},
      {"pareto.shape", fault("latency: { pareto: { scale: 1ms, shape: 0.125 } }"),
       fault("latency: { pareto: { scale: 1ms, shape: 0.0999 } }"),
       error_at("FL0107", "6:65", "'shape' must be 0.1 to 100, not '0.0999'")},
      {"throttle.rate", fault("throttle: { rate: 64KiB/s }"), fault("throttle: { rate: 64KiB }"),
       error_at("FL0106", "6:43", "'64KiB' is not a rate")},
      {"throttle.per", fault("throttle: { rate: 1B/s, per: listener }"),
       fault("throttle: { rate: 1B/s, per: client }"),
       error_at("FL0105", "6:54", "unknown value 'client' for 'per'")},
      {"throttle.side", fault("throttle: { rate: 1B/s, side: request }"),
       fault("throttle: { rate: 1B/s, side: reqest }"),
       error_at("FL0105", "6:55", "unknown value 'reqest' for 'side'")},
      {"slice.size", fault("slice: { gap: 1ms, size: 1MiB }"),
       fault("slice: { gap: 1ms, size: 0B }"),
       error_at("FL0107", "6:50", "'size' must be 1B to 1MiB, not '0B'")},
      {"slice.variation", fault("slice: { gap: 1ms, size: 4B, variation: 3B }"),
       fault("slice: { gap: 1ms, size: 4B, variation: 4B }"),
       error_at("FL0107", "6:65", "'variation' must be below 'size'")},
      {"slice.gap", fault("slice: { gap: 10m }"), fault("slice: { gap: 0s }"),
       error_at("FL0107", "6:39", "'gap' must be 1ns to 10m, not '0s'")},
      {"slice.part", fault("slice: { gap: 1ms, part: trailers }"),
       fault("slice: { gap: 1ms, part: tail }"),
       error_at("FL0105", "6:50", "unknown value 'tail' for 'part'")},
      {"slice.side", fault("slice: { gap: 1ms, side: request }"),
       fault("slice: { gap: 1ms, side: both }"),
       error_at("FL0105", "6:50", "unknown value 'both' for 'side'")},
      {"stall.at", fault("stall: { for: 1s, at: 1KiB }"), fault("stall: { for: 1s, at: 1k }"),
       error_at("FL0106", "6:47", "'1k' is not a size")},
      {"stall.for", fault("stall: { for: 1ns }"), fault("stall: { for: 0s }"),
       error_at("FL0107", "6:39", "'for' must be 1ns to 10m, not '0s'")},
      {"stall.how", fault("stall: { for: 1s, how: stop_reading }"),
       fault("stall: { for: 1s, how: stop }"),
       error_at("FL0105", "6:48", "unknown value 'stop' for 'how'")},
      {"stall.side", fault("stall: { for: 1s, side: request }"),
       fault("stall: { for: 1s, side: 1 }"),
       error_at("FL0102", "6:49", "'side' in stall must be one of its words, not a number")},
      {"cut.at", fault("cut: { at: 100B }"), fault("cut: { at: 2TiB }"),
       error_at("FL0106", "6:36", "'2TiB' is not a size")},
      {"cut.how", fault("cut: { how: silence }"), fault("cut: { how: silent }"),
       error_at("FL0105", "6:37", "unknown value 'silent' for 'how'")},
      {"cut.for", fault("cut: { how: silence, for: 1s }"), fault("cut: { how: reset, for: 1s }"),
       error_at("FL0110", "6:44", "'for' belongs to 'how: silence'")},
      {"cut.side", fault("cut: { side: request }"), fault("cut: { side: up }"),
       error_at("FL0105", "6:38", "unknown value 'up' for 'side'")},
      {"half_close.how", on("db", "half_close: { how: early }"),
       on("db", "half_close: { how: late }"),
       error_at("FL0105", "6:44", "unknown value 'late' for 'how'")},
      {"half_close.at", on("db", "half_close: { how: early, at: 5B }"),
       on("db", "half_close: { how: swallow, at: 5B }"),
       error_at("FL0110", "6:53", "'at' belongs to 'how: early'")},
      {"half_close.for", on("db", "half_close: { for: 1s }"),
       on("db", "half_close: { how: early, for: 1s }"),
       error_at("FL0110", "6:51", "'for' belongs to 'how: swallow'")},
      {"half_close.side", on("db", "half_close: { side: response }"),
       on("db", "half_close: { side: no }"),
       error_at("FL0105", "6:45", "unknown value 'no' for 'side'")},
      {"lifetime.for", on("db", "lifetime: { for: 10m }"), on("db", "lifetime: { for: 11m }"),
       error_at("FL0107", "6:42", "'for' must be 1ns to 10m, not '11m'")},
      {"lifetime.how", on("db", "lifetime: { for: 1s, how: reset }"),
       on("db", "lifetime: { for: 1s, how: rst }"),
       error_at("FL0105", "6:51", "unknown value 'rst' for 'how'")},
      {"connect.delay", fault("connect: { delay: 0s }"), fault("connect: { delay: 11m }"),
       error_at("FL0107", "6:43", "'delay' must be 0s to 10m, not '11m'")},
      {"connect.then", fault("connect: { then: refuse }"), fault("connect: { then: fail }"),
       error_at("FL0105", "6:42", "unknown value 'fail' for 'then'")},
      {"abort.status", fault("abort: { status: 200 }"), fault("abort: { status: 199 }"),
       error_at("FL0107", "6:42", "'status' must be 200 to 599, not '199'")},
      {"abort.headers", fault("abort: { headers: { a: b } }"),
       fault("abort: { headers: { Content-Length: 5 } }"),
       error_at("FL0118", "6:45", "'content-length' follows from the message and cannot be set")},
      {"abort.body", fault("abort: { body: x }"), fault("abort: { status: 204, body: x }"),
       error_at("FL0118", "6:47", "an answer with status 204 has no body")},
      {"abort.effect", fault("abort: { effect: after }"), fault("abort: { effect: instead }"),
       error_at("FL0105", "6:42", "unknown value 'instead' for 'effect'")},
      {"abort.retry_after", fault("abort: { retry_after: 2s }"),
       fault("abort: { retry_after: 1500ms }"),
       error_at("FL0107", "6:47", "'retry_after' must be whole seconds")},
      {"abort.retry_as", fault("abort: { retry_after: 2s, retry_as: date }"),
       fault("abort: { retry_as: date }"),
       error_at("FL0111", "6:34", "'retry_as' needs 'retry_after'")},
      {"drop.how", fault("drop: { how: black_hole }"), fault("drop: { how: blackhole }"),
       error_at("FL0105", "6:38", "unknown value 'blackhole' for 'how'")},
      {"drop.for", fault("drop: { how: black_hole, for: 1s }"),
       fault("drop: { how: close, for: 1s }"),
       error_at("FL0110", "6:45", "'for' belongs to 'how: black_hole'")},
      {"edit.status", fault("edit: { status: 500 }"), fault("edit: { status: 304 }"),
       error_at("FL0118", "6:41", "an answer with status 304 has no body")},
      {"edit.set", fault("edit: { set: { x-a: b } }"),
       fault("edit: { set: { Content-Length: 5 } }"),
       error_at("FL0118", "6:40", "'content-length' follows from the message and cannot be set")},
      {"edit.remove", fault("edit: { remove: [etag, Date] }"),
       fault("edit: { remove: [etag, 'a b'] }"),
       error_at("FL0118", "6:48", "'a b' is not the name of a header")},
      {"edit.duplicate", fault("edit: { duplicate: set-cookie }"),
       fault("edit: { duplicate: [transfer-encoding] }"),
       error_at("FL0118", "6:45",
                "'transfer-encoding' follows from the message and cannot be set")},
      {"edit.side", fault("edit: { remove: te, side: request }"),
       fault("edit: { remove: te, side: none }"),
       error_at("FL0105", "6:51", "unknown value 'none' for 'side'")},
      {"truncate.how", fault("truncate: { how: no_last_chunk }"), fault("truncate: { how: short }"),
       error_at("FL0105", "6:42", "unknown value 'short' for 'how'")},
      {"truncate.at", fault("truncate: { at: 10B }"),
       fault("truncate: { how: no_last_chunk, at: 10B }"),
       error_at("FL0110", "6:57", "'at' and 'how: no_last_chunk' exclude each other")},
      {"withhold_continue.for", fault("withhold_continue: { for: 1s }"),
       fault("withhold_continue: { for: 0s }"),
       error_at("FL0107", "6:51", "'for' must be 1ns to 10m, not '0s'")},
      {"duplicate_request.gap", fault("duplicate_request: { gap: 0s }"),
       fault("duplicate_request: { gap: 1 }"), error_at("FL0106", "6:51", "'1' is not a duration")},
      {"stale_response.max_body", fault("stale_response: { max_body: 1KiB }"),
       fault("stale_response: { max_body: 0B }"),
       error_at("FL0107", "6:53", "'max_body' must be 1B to 64MiB, not '0B'")},
      {"swap_responses.allow_mixup", fault("swap_responses: { allow_mixup: true }"),
       fault("swap_responses: { allow_mixup: false }"),
       error_at("FL0111", "6:56", "swap_responses gives one client the answer of another")},
      {"swap_responses.wait", fault("swap_responses: { allow_mixup: true, wait: 1s }"),
       fault("swap_responses: { allow_mixup: true, wait: 0s }"),
       error_at("FL0107", "6:68", "'wait' must be 1ns to 10m, not '0s'")},
      {"swap_responses.max_body", fault("swap_responses: { allow_mixup: true, max_body: 1B }"),
       fault("swap_responses: { allow_mixup: true, max_body: 65MiB }"),
       error_at("FL0107", "6:72", "'max_body' must be 1B to 64MiB, not '65MiB'")},
      {"schema_drift.mutate", fault("schema_drift: { mutate: null, pointer: /a }"),
       fault("schema_drift: { mutate: nul, pointer: /a }"),
       error_at("FL0105", "6:49", "unknown value 'nul' for 'mutate'")},
      {"schema_drift.pointer", fault("schema_drift: { mutate: enum, pointer: /a~1b/0 }"),
       fault("schema_drift: { mutate: enum, pointer: a/b }"),
       error_at("FL0118", "6:64", "'a/b' is not a JSON pointer")},
      {"schema_drift.any", fault("schema_drift: { mutate: extra, any: true }"),
       fault("schema_drift: { mutate: extra, any: true, pointer: /a }"),
       error_at("FL0110", "6:56", "'pointer' and 'any' exclude each other")},
      {"schema_drift.side", fault("schema_drift: { mutate: extra, any: true, side: request }"),
       fault("schema_drift: { mutate: extra, any: true, side: 5 }"),
       error_at("FL0102", "6:73", "'side' in schema_drift must be one of its words, not a number")},
      {"schema_drift.max_body", fault("schema_drift: { mutate: extra, any: true, max_body: 10KB }"),
       fault("schema_drift: { mutate: extra, any: true, max_body: 1TB }"),
       error_at("FL0106", "6:77", "'1TB' is not a size")}};
  return cases;
}

TEST(ConfigKeys, OfRunAndReportAreCheckedExactly) { check(run_cases()); }
TEST(ConfigKeys, OfControlAndAccessLogAreCheckedExactly) { check(operation_cases()); }
TEST(ConfigKeys, OfRulesAreCheckedExactly) { check(rule_cases()); }
TEST(ConfigKeys, OfFaultsAreCheckedExactly) { check(fault_cases()); }

TEST(ConfigKeys, OfListenersAreCheckedExactly) {
  const std::string listener = "[{ name: a, listen: ':0', upstream: x:1 }]";
  for (const auto& c : listener_cases()) {
    SCOPED_TRACE(c.key);
    const bool is_version = c.key == ".version";
    const auto file = [&](const std::string& value) {
      return is_version ? fmt::format("version: {}\nlisteners: {}\n", value, listener)
                        : fmt::format("version: 1\nlisteners: {}\n", value);
    };
    EXPECT_EQ(short_errors(load_text(file(c.accept))), "");
    EXPECT_EQ(short_errors(load_text(file(c.reject))), c.error + "\n");
  }
}

TEST(ConfigKeys, AreAllInTheTables) {
  std::set<std::string> covered;
  for (const auto* cases :
       {&run_cases(), &operation_cases(), &listener_cases(), &rule_cases(), &fault_cases()}) {
    for (const auto& c : *cases) EXPECT_TRUE(covered.insert(c.key).second) << c.key;
  }
  std::set<std::string> known;
  for (const auto& field : field_table()) {
    known.insert(fmt::format("{}.{}", field.object, field.key));
  }
  EXPECT_EQ(covered, known);
}

}  // namespace
}  // namespace faultline::rules
