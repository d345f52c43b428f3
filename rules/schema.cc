// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/schema.h"

#include "proxy/base/assert.h"

#include <array>

namespace faultline::rules {
namespace {

using T = FieldType;

constexpr std::array kObjects{
    ObjectInfo{"", "the configuration", "keys", "key here"},
    ObjectInfo{"run", "run", "keys of run", "key of run"},
    ObjectInfo{"gate", "gate", "keys of gate", "key of gate"},
    ObjectInfo{"listener", "listener", "keys of a listener", "key of a listener"},
    ObjectInfo{"limits", "limits", "limits", "limit"},
    ObjectInfo{"total", "limits", "limits", "limit"},
    ObjectInfo{"min_rate", "min_rate", "rates", "rate"},
    ObjectInfo{"timeouts", "timeouts", "timeouts", "timeout"},
    ObjectInfo{"rule", "rule", "keys of a rule", "key of a rule"},
    ObjectInfo{"match", "match", "predicates", "predicate"},
    ObjectInfo{"fault", "fault", "faults", "fault", true},
    ObjectInfo{"latency", "latency", "keys of latency", "key of latency"},
    ObjectInfo{"normal", "normal", "keys of normal", "key of normal"},
    ObjectInfo{"lognormal", "lognormal", "keys of lognormal", "key of lognormal"},
    ObjectInfo{"exponential", "exponential", "keys of exponential", "key of exponential"},
    ObjectInfo{"pareto", "pareto", "keys of pareto", "key of pareto"},
    ObjectInfo{"throttle", "throttle", "keys of throttle", "key of throttle"},
    ObjectInfo{"slice", "slice", "keys of slice", "key of slice"},
    ObjectInfo{"stall", "stall", "keys of stall", "key of stall"},
    ObjectInfo{"cut", "cut", "keys of cut", "key of cut"},
    ObjectInfo{"half_close", "half_close", "keys of half_close", "key of half_close"},
    ObjectInfo{"lifetime", "lifetime", "keys of lifetime", "key of lifetime"},
    ObjectInfo{"connect", "connect", "keys of connect", "key of connect"},
    ObjectInfo{"abort", "abort", "keys of abort", "key of abort"},
    ObjectInfo{"drop", "drop", "keys of drop", "key of drop"},
    ObjectInfo{"schema_drift", "schema_drift", "keys of schema_drift", "key of schema_drift"},
    ObjectInfo{"edit", "edit", "keys of edit", "key of edit"},
    ObjectInfo{"truncate", "truncate", "keys of truncate", "key of truncate"},
    ObjectInfo{"withhold_continue", "withhold_continue", "keys of withhold_continue",
               "key of withhold_continue"},
    ObjectInfo{"duplicate_request", "duplicate_request", "keys of duplicate_request",
               "key of duplicate_request"},
    ObjectInfo{"stale_response", "stale_response", "keys of stale_response",
               "key of stale_response"},
    ObjectInfo{"swap_responses", "swap_responses", "keys of swap_responses",
               "key of swap_responses"},
    ObjectInfo{"burst", "burst", "keys of burst", "key of burst"},
    ObjectInfo{"window", "window", "keys of window", "key of window"},
    ObjectInfo{"budget", "budget", "keys of budget", "key of budget"},
    ObjectInfo{"scope", "scope", "keys of scope", "key of scope"},
    ObjectInfo{"expect", "expect", "keys of expect", "key of expect"},
    ObjectInfo{"scenario", "scenario", "keys of scenario", "key of scenario"},
    ObjectInfo{"phase", "phase", "keys of a phase", "key of a phase"},
    ObjectInfo{"mirror", "mirror", "keys of mirror", "key of mirror"},
    ObjectInfo{"redaction", "redaction", "keys of redaction", "key of redaction"},
    ObjectInfo{"operator", "an operator", "keys of an operator", "key of an operator"},
    ObjectInfo{"report", "report", "keys of report", "key of report"},
    ObjectInfo{"overload", "overload", "keys of overload", "key of overload"},
    ObjectInfo{"control", "control", "keys of control", "key of control"},
};

// object, key, type, of, required, fallback, example, doc, shown
constexpr std::array kFields{
    FieldInfo{"", "version", T::Integer, "", true, "", "1", "Version of this format; always 1.",
              true},
    FieldInfo{"", "run", T::Object, "run", false, "", "",
              "The run: its name, its seed and where its folder is written.", true},
    FieldInfo{"", "gate", T::Object, "gate", false, "", "",
              "Whether faults may be armed at all. Closed: a plain proxy.", true},
    FieldInfo{"", "workers", T::Integer, "", false, "one less than the cores", "2",
              "Threads that move bytes; 0 chooses by the machine."},
    FieldInfo{"", "listeners", T::Objects, "listener", true, "", "",
              "The addresses faultline accepts on, each with one upstream.", true},
    FieldInfo{"", "rules", T::Objects, "rule", false, "none", "",
              "What to do to which traffic. A rule has one fault.", true},
    FieldInfo{"", "scenario", T::Object, "scenario", false, "all rules armed all the time", "",
              "A timeline of phases. Its end is the end of the run."},
    FieldInfo{"", "mirror", T::Object, "mirror", false, "", "",
              "The copy of the traffic that is redacted, checked and recorded.", true},
    FieldInfo{"", "redaction", T::Object, "redaction", false, "", "",
              "What is replaced before anything is written.", true},
    FieldInfo{"", "report", T::Object, "report", false, "", "",
              "What is written at the end, and what fails the run.", true},
    FieldInfo{"", "control", T::Object, "control", false, "off", "",
              "The port for probes and metrics: /livez, /readyz, /metrics, /version."},
    FieldInfo{"", "limits", T::Object, "total", false, "", "",
              "How much of something there may be at once, over all listeners."},
    FieldInfo{"", "overload", T::Object, "overload", false, "off", "",
              "What to do before memory runs out."},
    FieldInfo{"", "access_log", T::Boolean, "", false, "false", "true",
              "One redacted line for each mirrored exchange in access.jsonl."},
    FieldInfo{"", "traces", T::Boolean, "", false, "false", "true",
              "The OpenTelemetry spans of each mirrored exchange, redacted, in traces.jsonl."},

    FieldInfo{
        "overload", "memory", T::ByteSize, "", true, "", "512MiB",
        "Resident memory: at 92 % connections end after their answer and a lossy mirror drops, at "
        "95 % nothing is accepted."},

    FieldInfo{"control", "listen", T::Address, "", true, "", "127.0.0.1:0",
              "Address and port, loopback; port 0 lets the system choose."},
    FieldInfo{"control", "allow_remote", T::Boolean, "", false, "false", "false",
              "Allows an address that other machines reach; there is no password."},
    FieldInfo{"control", "drain_grace", T::Duration, "", false, "0s", "5s",
              "How long /readyz fails before a drain closes the listeners."},

    FieldInfo{"run", "name", T::Name, "", false, "run", "checkout-chaos",
              "Part of the folder's name.", true},
    FieldInfo{"run", "seed", T::Integer, "", false, "drawn and printed", "42",
              "Same seed and same traffic: same faults.", true},
    FieldInfo{"run", "artifacts", T::Text, "", false, "./runs", "./runs",
              "Folder that holds the run folders.", true},

    FieldInfo{"gate", "flag", T::Text, "", false, "ATSH_ENABLED", "ATSH_ENABLED",
              "Environment variable that must be 1, true, yes or on.", true},
    FieldInfo{"gate", "environments", T::Texts, "", false, "[preview, local, ci]",
              "[preview, local, ci]", "Environments (--env) in which faults are allowed.", true},

    FieldInfo{"listener", "name", T::Name, "", true, "", "shop", "How rules and reports call it.",
              true},
    FieldInfo{"listener", "listen", T::Address, "", true, "", "127.0.0.1:18080",
              "Address and port; port 0 lets the system choose.", true},
    FieldInfo{"listener", "protocol", T::Enumeration, "http|tcp", false, "http", "http",
              "What is spoken on it.", true},
    FieldInfo{"listener", "upstream", T::Upstream, "", true, "", "http://127.0.0.1:8080",
              "The system under test.", true},
    FieldInfo{"listener", "mode", T::Enumeration, "transparent|gateway", false, "transparent",
              "gateway",
              "Heads pass as they came, or hop-by-hop fields go and Via, Forwarded and "
              "X-Forwarded-* come."},
    FieldInfo{"listener", "proxy_protocol_from", T::Texts, "", false, "none",
              "[10.0.0.0/8, \"::1\"]",
              "Networks whose connections begin with a PROXY protocol header, version 1 or 2."},
    FieldInfo{"listener", "underscores", T::Enumeration, "keep|strip|reject", false, "keep",
              "strip", "What becomes of field names with an underscore."},
    FieldInfo{"listener", "limits", T::Object, "limits", false, "", "",
              "How much of something there may be at once; what is over is refused and counted."},
    FieldInfo{"listener", "min_rate", T::Object, "min_rate", false, "off", "",
              "How fast a client must send a request and take an answer; a slower one is cut off."},
    FieldInfo{"listener", "connect_to", T::Texts, "", false, "none", "[api.test:443]",
              "Targets that CONNECT may open a tunnel to; everything else is refused."},
    FieldInfo{"listener", "contracts", T::Texts, "", false, "none", "[./shop.openapi.yaml]",
              "OpenAPI files that messages are checked against, relative to this file."},
    FieldInfo{"listener", "timeouts", T::Object, "timeouts", false, "", "",
              "How long to wait for what."},

    FieldInfo{"total", "connections", T::Integer, "", false, "49152", "5000",
              "Open client connections, by default 49152 or the largest limit of a listener; one "
              "more is closed and counted."},

    FieldInfo{"limits", "connections", T::Integer, "", false, "16384", "1000",
              "Open client connections."},
    FieldInfo{"limits", "pending", T::Integer, "", false, "1024", "100",
              "Connects to the upstream under way; over it a request gets 503."},

    FieldInfo{"min_rate", "request", T::Rate, "", false, "any", "1KiB/s",
              "Of a request's body; below it the client gets 408."},
    FieldInfo{"min_rate", "response", T::Rate, "", false, "any", "1KiB/s",
              "Of what waits for the client to take it; below it the connection is reset."},
    FieldInfo{"min_rate", "over", T::Duration, "", false, "10s", "10s",
              "How far behind its rate a client may fall: by what it owes for so long."},

    FieldInfo{"timeouts", "connect", T::Duration, "", false, "5s", "5s",
              "For the connection to the upstream."},
    FieldInfo{"timeouts", "head", T::Duration, "", false, "10s", "10s",
              "For a complete request head."},
    FieldInfo{"timeouts", "idle", T::Duration, "", false, "60s", "60s",
              "For the next byte of a message."},
    FieldInfo{"timeouts", "keep_alive", T::Duration, "", false, "60s", "60s",
              "For the next request on a connection."},

    FieldInfo{"rule", "name", T::Name, "", true, "", "slow-cart",
              "Stable: decisions are drawn from it.", true},
    FieldInfo{"rule", "match", T::Object, "match", false, "everything", "",
              "Which traffic; all predicates must hold.", true},
    FieldInfo{"rule", "fault", T::Object, "fault", true, "", "", "What happens to it.", true},
    FieldInfo{"rule", "chance", T::Probability, "", false, "100%", "20%",
              "Fires for that share of the matches, chosen by the seed.", true},
    FieldInfo{"rule", "once", T::Boolean, "", false, "false", "true",
              "Fires for the first match only. One of once, nth, first, every, burst."},
    FieldInfo{"rule", "nth", T::Integers, "", false, "", "[1, 2]",
              "Fires for these matches, counted from 1."},
    FieldInfo{"rule", "first", T::Integer, "", false, "", "3", "Fires for the first matches."},
    FieldInfo{"rule", "every", T::Integer, "", false, "", "10", "Fires for every tenth match."},
    FieldInfo{"rule", "burst", T::Object, "burst", false, "", "",
              "Fires for the first few of every so many matches."},
    FieldInfo{"rule", "window", T::Object, "window", false, "the whole run", "",
              "Fires only in this part of the run."},
    FieldInfo{"rule", "budget", T::Object, "budget", false, "no limit", "",
              "How much of the fault there may be."},
    FieldInfo{"rule", "scope", T::Scope, "run|connection|route|client", false,
              "route (http), connection (tcp)", "route",
              "What matches are counted and drawn by; { header: NAME } takes a header's value."},
    FieldInfo{"rule", "apply", T::Enumeration, "new|live", false, "new", "live",
              "Whether a reload or a phase change reaches open tcp connections, or only new ones."},
    FieldInfo{"rule", "on_disarm", T::Enumeration, "keep|flush", false, "keep", "flush",
              "apply: live. Bytes that it holds when it is disarmed: keep their time, or go."},
    FieldInfo{"rule", "expect", T::Object, "expect", false, "nothing", "",
              "What must have happened at the end; otherwise the run fails."},

    FieldInfo{"match", "listener", T::TextOrTexts, "", false, "all", "shop",
              "Name of a listener, or a list.", true},
    FieldInfo{"match", "direction", T::Enumeration, "request|response", false, "that of the fault",
              "request", "The half of the exchange that the fault acts on."},
    FieldInfo{"match", "method", T::TextOrTexts, "", false, "all", "GET", "HTTP method, or a list.",
              true},
    FieldInfo{"match", "path", T::PathTemplate, "", false, "all", "/cart/:id",
              "Path template; :id or \"{id}\" takes one segment.", true},
    FieldInfo{"match", "headers", T::TextMap, "", false, "any", "{ x-team: blue }",
              "Request headers with their values; '*' asks only that it is there."},
    FieldInfo{"match", "query", T::TextMap, "", false, "any", "{ page: '2' }",
              "Query parameters with their values; '*' asks only that it is there."},
    FieldInfo{"match", "status", T::Statuses, "", false, "any", "[404, 5xx]",
              "Status of the answer; the fault then acts on the answer."},
    FieldInfo{"match", "content_type", T::MediaType, "", false, "any", "application/json",
              "Media type of the half that the fault acts on; text/* takes all of a kind."},

    FieldInfo{"fault", "latency", T::Object, "latency", false, "", "",
              "Holds the exchange back. Says by which distribution.", true},
    FieldInfo{"fault", "throttle", T::Object, "throttle", false, "", "",
              "Limits the speed of bodies."},
    FieldInfo{"fault", "slice", T::Object, "slice", false, "", "",
              "Passes the bytes on in small pieces, one per gap."},
    FieldInfo{"fault", "stall", T::Object, "stall", false, "", "",
              "Lets nothing pass for a time, from a byte offset on."},
    FieldInfo{"fault", "cut", T::Object, "cut", false, "", "",
              "Ends the connection at a byte offset: FIN, RST or silence."},
    FieldInfo{"fault", "half_close", T::Object, "half_close", false, "", "",
              "Sends FIN of one side early, or never. tcp only."},
    FieldInfo{"fault", "lifetime", T::Object, "lifetime", false, "", "",
              "Ends the connection after a time, whatever flows. tcp only."},
    FieldInfo{"fault", "connect", T::Object, "connect", false, "", "",
              "Dials the upstream late, or fails to."},
    FieldInfo{"fault", "abort", T::Object, "abort", false, "", "",
              "Answers in place of the upstream."},
    FieldInfo{"fault", "drop", T::Object, "drop", false, "", "",
              "Ends the connection, or says nothing."},
    FieldInfo{"fault", "edit", T::Object, "edit", false, "", "",
              "Edits a head: status, fields set, removed, duplicated."},
    FieldInfo{"fault", "truncate", T::Object, "truncate", false, "", "",
              "Makes the body of an answer shorter, honestly or not."},
    FieldInfo{"fault", "withhold_continue", T::Object, "withhold_continue", false, "", "",
              "Keeps 100 Continue back."},
    FieldInfo{"fault", "duplicate_request", T::Object, "duplicate_request", false, "", "",
              "Sends the request to the upstream twice."},
    FieldInfo{"fault", "stale_response", T::Object, "stale_response", false, "", "",
              "Gives the last good answer again."},
    FieldInfo{"fault", "swap_responses", T::Object, "swap_responses", false, "", "",
              "Gives two clients each other's answer."},
    FieldInfo{"fault", "schema_drift", T::Object, "schema_drift", false, "", "",
              "Changes one value in a JSON body so that it breaks the contract."},

    FieldInfo{"latency", "fixed", T::Duration, "", false, "", "200ms", "A constant delay.", true},
    FieldInfo{"latency", "jitter", T::Duration, "", false, "0s", "50ms",
              "With fixed: uniform around it, plus or minus this.", true},
    FieldInfo{"latency", "uniform", T::DurationPair, "", false, "", "[100ms, 300ms]",
              "Between the two."},
    FieldInfo{"latency", "normal", T::Object, "normal", false, "", "", "Around a mean."},
    FieldInfo{"latency", "lognormal", T::Object, "lognormal", false, "", "",
              "Around a median, with a long tail."},
    FieldInfo{"latency", "exponential", T::Object, "exponential", false, "", "",
              "Many short, few long."},
    FieldInfo{"latency", "pareto", T::Object, "pareto", false, "", "",
              "A minimum and a heavy tail."},
    FieldInfo{"latency", "empirical", T::Durations, "", false, "", "[10ms, 12ms, 15ms, 90ms]",
              "As measured: delays in any order, each as likely as the other; 2 to 10000."},
    FieldInfo{"latency", "side", T::Enumeration, "request|response", false, "request", "request",
              "Before the upstream is called, or before its answer is passed on."},
    FieldInfo{"latency", "max", T::Duration, "", false, "10m", "10s", "No delay is longer."},
    FieldInfo{"normal", "mean", T::Duration, "", true, "", "200ms", "The mean."},
    FieldInfo{"normal", "stddev", T::Duration, "", true, "", "50ms", "The standard deviation."},
    FieldInfo{"lognormal", "median", T::Duration, "", true, "", "100ms", "Half are longer."},
    FieldInfo{"lognormal", "sigma", T::Decimal, "", true, "", "0.5",
              "Standard deviation of the logarithm; 0.001 to 5, three decimals."},
    FieldInfo{"exponential", "mean", T::Duration, "", true, "", "200ms", "The mean."},
    FieldInfo{"pareto", "scale", T::Duration, "", true, "", "100ms", "The shortest delay."},
    FieldInfo{"pareto", "shape", T::Decimal, "", true, "", "1.5",
              "The smaller, the heavier the tail; 0.1 to 100, three decimals."},

    FieldInfo{"throttle", "rate", T::Rate, "", true, "", "64KiB/s", "Bytes per second."},
    FieldInfo{"throttle", "per", T::Enumeration, "exchange|connection|listener", false, "exchange",
              "exchange", "Who shares the rate."},
    FieldInfo{"throttle", "side", T::Enumeration, "request|response", false, "response", "response",
              "Which body."},

    FieldInfo{"slice", "size", T::ByteSize, "", false, "1B", "16B", "Of a piece; 1MiB at most."},
    FieldInfo{"slice", "variation", T::ByteSize, "", false, "0B", "4B",
              "A piece is smaller or larger by up to this, chosen by the seed."},
    FieldInfo{"slice", "gap", T::Duration, "", true, "", "10ms", "Between two pieces."},
    FieldInfo{"slice", "part", T::Enumeration, "all|head|body|trailers", false, "all", "head",
              "What is sliced; the rest passes at once. trailers: from the last chunk on."},
    FieldInfo{"slice", "side", T::Enumeration, "request|response", false, "response", "response",
              "Which direction."},

    FieldInfo{"stall", "at", T::ByteSize, "", false, "0B", "1KiB",
              "So many bytes pass before; the head counts."},
    FieldInfo{"stall", "for", T::Duration, "", true, "", "5s", "How long."},
    FieldInfo{"stall", "how", T::Enumeration, "hold|stop_reading", false, "hold", "stop_reading",
              "hold: bytes are taken and wait. stop_reading: the sender's window closes."},
    FieldInfo{"stall", "side", T::Enumeration, "request|response", false, "response", "response",
              "Which direction."},

    FieldInfo{"cut", "at", T::ByteSize, "", false, "0B", "100B",
              "So many bytes pass before; the head counts."},
    FieldInfo{"cut", "how", T::Enumeration, "close|reset|silence", false, "close", "reset",
              "FIN, RST, or nothing more for a time."},
    FieldInfo{"cut", "for", T::Duration, "", false, "30s", "30s",
              "silence: how long until the connection is closed."},
    FieldInfo{"cut", "side", T::Enumeration, "request|response", false, "response", "response",
              "Which direction is counted and cut; the connection ends as a whole."},

    FieldInfo{"half_close", "how", T::Enumeration, "swallow|early", false, "swallow", "early",
              "swallow: FIN is not passed on. early: FIN comes before its time."},
    FieldInfo{"half_close", "at", T::ByteSize, "", false, "0B", "100B",
              "early: so many bytes pass before FIN."},
    FieldInfo{"half_close", "for", T::Duration, "", false, "30s", "30s",
              "swallow: how long until the connection is closed."},
    FieldInfo{"half_close", "side", T::Enumeration, "request|response", false, "request", "request",
              "Whose FIN."},

    FieldInfo{"lifetime", "for", T::Duration, "", true, "", "30s", "From the accept on."},
    FieldInfo{"lifetime", "how", T::Enumeration, "close|reset", false, "close", "reset",
              "FIN or RST, to both sides."},

    FieldInfo{"connect", "delay", T::Duration, "", false, "0s", "2s",
              "Before the upstream is dialled, or before the failure."},
    FieldInfo{"connect", "then", T::Enumeration, "dial|refuse|time_out", false, "dial", "refuse",
              "refuse, time_out: the upstream is never dialled. http answers 502, 504."},

    FieldInfo{"abort", "status", T::Integer, "", false, "503", "503", "200 to 599."},
    FieldInfo{"abort", "headers", T::TextMap, "", false, "none", "{ retry-after: '1' }",
              "Headers of the answer."},
    FieldInfo{"abort", "body", T::Text, "", false, "empty", "'{\"error\":\"injected\"}'",
              "Body of the answer."},
    FieldInfo{
        "abort", "effect", T::Enumeration, "before|after", false, "before", "before",
        "before: the upstream never sees the request. after: it acts, its answer is replaced."},

    FieldInfo{"abort", "retry_after", T::Duration, "", false, "none", "2s",
              "A Retry-After field, in whole seconds."},
    FieldInfo{"abort", "retry_as", T::Enumeration, "seconds|date", false, "seconds", "date",
              "How Retry-After says it."},

    FieldInfo{"drop", "how", T::Enumeration, "close|reset|black_hole|lose_response|keep_alive_race",
              false, "close", "reset",
              "lose_response: the upstream acts, the answer is lost. The others come before it; "
              "keep_alive_race: RST on a connection that is used again."},
    FieldInfo{"drop", "for", T::Duration, "", false, "30s", "30s",
              "black_hole: how long there is silence before the connection is closed."},

    FieldInfo{"schema_drift", "mutate", T::Enumeration, "remove|rename|retype|null|extra|enum",
              true, "", "retype", "What is done to the value."},
    FieldInfo{"schema_drift", "pointer", T::Pointer, "", false, "", "/0/price",
              "JSON pointer to the value; either this or any."},
    FieldInfo{"schema_drift", "any", T::Boolean, "", false, "false", "true",
              "A property of the contract's schema, chosen by the seed."},
    FieldInfo{"schema_drift", "side", T::Enumeration, "request|response", false, "response",
              "response", "Which body."},
    FieldInfo{"schema_drift", "max_body", T::ByteSize, "", false, "1MiB", "1MiB",
              "A longer body is left alone and counted."},

    FieldInfo{"edit", "status", T::Integer, "", false, "as it came", "500",
              "Of the answer; 200 to 599, not 204 and 304."},
    FieldInfo{"edit", "set", T::TextMap, "", false, "none", "{ cache-control: no-store }",
              "Fields that get a value, or come."},
    FieldInfo{"edit", "remove", T::TextOrTexts, "", false, "none", "[etag]", "Fields that go."},
    FieldInfo{"edit", "duplicate", T::TextOrTexts, "", false, "none", "[set-cookie]",
              "Fields that come twice."},
    FieldInfo{"edit", "side", T::Enumeration, "request|response", false, "response", "request",
              "Which head."},

    FieldInfo{"truncate", "how", T::Enumeration, "shorten|cut|no_last_chunk", false, "cut",
              "shorten",
              "shorten: the framing agrees. cut: it promises more, then FIN. no_last_chunk: FIN in "
              "place of the last chunk."},
    FieldInfo{"truncate", "at", T::ByteSize, "", false, "0B", "10B", "Bytes of content that come."},

    FieldInfo{"withhold_continue", "for", T::Duration, "", false, "for good", "5s",
              "How late 100 Continue comes."},

    FieldInfo{"duplicate_request", "gap", T::Duration, "", false, "0s", "100ms",
              "Between the request and its copy."},

    FieldInfo{"stale_response", "max_body", T::ByteSize, "", false, "1MiB", "1MiB",
              "A longer body is neither kept nor replaced."},

    FieldInfo{"swap_responses", "allow_mixup", T::Boolean, "", true, "", "true",
              "Must be true: one client gets the data of another."},
    FieldInfo{"swap_responses", "wait", T::Duration, "", false, "100ms", "100ms",
              "How long an answer waits for another to swap with."},
    FieldInfo{"swap_responses", "max_body", T::ByteSize, "", false, "1MiB", "1MiB",
              "An answer with a longer body is left alone."},

    FieldInfo{"burst", "length", T::Integer, "", true, "", "3", "So many matches fire."},
    FieldInfo{"burst", "period", T::Integer, "", true, "", "10", "Of so many."},
    FieldInfo{"window", "start", T::Duration, "", true, "", "30s", "From the start of the run."},
    FieldInfo{"window", "duration", T::Duration, "", true, "", "3m", "How long."},
    FieldInfo{"budget", "total", T::Integer, "", false, "no limit", "100",
              "At most so many times in the run."},
    FieldInfo{"budget", "concurrent", T::Integer, "", false, "no limit", "5",
              "At most so many at one time."},
    FieldInfo{"scope", "header", T::Text, "", true, "", "idempotency-key",
              "Request header whose value is the key of the decision."},
    FieldInfo{"expect", "fired", T::Comparison, "", true, "", "'>= 1'",
              "How often the fault was applied: >= N, <= N or == N."},

    FieldInfo{"scenario", "phases", T::Objects, "phase", true, "", "", "In order."},
    FieldInfo{"phase", "name", T::Name, "", true, "", "warm-up", "Shown in the report."},
    FieldInfo{"phase", "for", T::Duration, "", true, "", "30s", "How long it lasts."},
    FieldInfo{"phase", "rules", T::Texts, "", false, "none", "[slow-cart]",
              "Names of the rules that are armed."},

    FieldInfo{"mirror", "mode", T::Enumeration, "lossless|lossy|off", false, "lossless", "lossless",
              "lossless pauses the traffic when the check lags; lossy counts losses.", true},
    FieldInfo{"mirror", "capture", T::ByteSize, "", false, "1MiB", "1MiB",
              "Bytes of a body that are kept; a longer one is not checked, and counted.", true},
    FieldInfo{"redaction", "packs", T::Enumerations, "default|opt-in", false, "[default]",
              "[default, opt-in]",
              "Sets of detectors. opt-in adds classes that hit much: `faultline redact classes`.",
              true},
    FieldInfo{"redaction", "canaries", T::Texts, "", false, "none", "[canary-3f9a]",
              "Texts planted in traffic; found in the run folder, they fail the run."},
    FieldInfo{
        "redaction", "known", T::Texts, "", false, "none", "[\"${DB_PASSWORD:-not-a-password}\"]",
        "Values that are replaced wherever they stand; found in the run folder, they fail the "
        "run. From 8 bytes on."},
    FieldInfo{"redaction", "dictionary", T::Texts, "", false, "none", "[project-heron]",
              "Words that are replaced wherever they stand, in any case. From 4 bytes on."},
    FieldInfo{"redaction", "operators", T::Objects, "operator", false, "shape everywhere", "",
              "What is put in the place of which values; the first that binds counts."},
    FieldInfo{"operator", "class", T::Text, "", false, "", "email",
              "Values of this class; `faultline redact classes` lists them."},
    FieldInfo{"operator", "path", T::Pointer, "", false, "", "/user/zip",
              "Everything at this JSON pointer of a body; `*` stands for any name or element."},
    FieldInfo{"operator", "header", T::Text, "", false, "", "x-request-id",
              "The value of this header."},
    FieldInfo{"operator", "annotation", T::Enumeration, "secret|pii", false, "", "pii",
              "What a contract marks so."},
    FieldInfo{"operator", "use", T::Enumeration,
              "shape|tag|mask|hmac|drop|null|truncate|date_shift|keep", true, "", "hmac",
              "shape keeps type and format, hmac only joins, tag neither; keep lets it stand."},
    FieldInfo{"report", "formats", T::Enumerations, "json|markdown|junit|sarif|github|gitlab",
              false, "[json, markdown, junit]", "[json, markdown, junit]", "What is written.",
              true},
    FieldInfo{"report", "fail_on", T::Enumeration, "error|warning|note|none", false, "error",
              "error", "The least finding that fails the run.", true},
};

constexpr size_t object_index(std::string_view object) noexcept {
  size_t index = 0;
  while (index < kObjects.size() && kObjects[index].name != object) ++index;
  return index;
}

// The rows of each object, which stand together in the table: a file with many rules asks for them
// as often.
constexpr auto kRows = [] {
  std::array<std::span<const FieldInfo>, kObjects.size()> rows;
  size_t begin = 0;
  while (begin < kFields.size()) {
    size_t end = begin + 1;
    while (end < kFields.size() && kFields[end].object == kFields[begin].object) ++end;
    rows[object_index(kFields[begin].object)] = std::span(kFields).subspan(begin, end - begin);
    begin = end;
  }
  return rows;
}();

// Rows that stand apart would be lost.
constexpr size_t count_rows() noexcept {
  size_t count = 0;
  for (const auto rows : kRows) count += rows.size();
  return count;
}
static_assert(count_rows() == kFields.size(), "the rows of an object must stand together");

}  // namespace

std::span<const FieldInfo> field_table() noexcept { return kFields; }

std::span<const ObjectInfo> object_table() noexcept { return kObjects; }

std::span<const FieldInfo> fields_of(std::string_view object) noexcept {
  const size_t index = object_index(object);
  return index < kObjects.size() ? kRows[index] : std::span<const FieldInfo>();
}

const FieldInfo* find_field(std::string_view object, std::string_view key) noexcept {
  for (const auto& field : fields_of(object)) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

const ObjectInfo& object_info(std::string_view object) noexcept {
  const size_t index = object_index(object);
  FL_ASSERT(index < kObjects.size());
  return kObjects[index];
}

}  // namespace faultline::rules
