// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every cap of the project with its unit and reason. A limit reached is an outcome with a name
/// and a counter, never an assert.
namespace faultline::limits {

// Buffers. 16 KiB holds one HTTP/2 frame or TLS record; the larger classes serve bulk reads.
inline constexpr size_t kBlockBytes = 16UL * 1024;
inline constexpr size_t kBlockBytesLarge = 64UL * 1024;
inline constexpr size_t kBlockBytesBulk = 256UL * 1024;
// Bytes waiting to be written on one side of a connection before its source is paused. Soft: one
// adaptive read may overshoot it. Low watermark is half of it.
inline constexpr size_t kConnectionBufferBytes = 32UL * 1024;
// Bytes one connection may read in one turn of the loop before others get theirs.
inline constexpr size_t kReadBytesPerTurn = 512UL * 1024;

// HTTP heads: what Envoy's edge checklist asks for. Over it: 431, in the request line 414.
inline constexpr size_t kHeadBytes = 60UL * 1024;
inline constexpr size_t kHeadFields = 100;
inline constexpr size_t kLeadingLineEnds = 2;
inline constexpr size_t kChunkExtensionBytes = 4UL * 1024;
inline constexpr size_t kChunkSizeDigits = 16;
// Informational responses relayed for one exchange; a storm of them is an attack.
inline constexpr size_t kInterimResponses = 100;

// Waits (facts/http-behaviour.md section 3).
inline constexpr Duration kConnectTimeout = std::chrono::seconds(5);
inline constexpr Duration kHeadTimeout = std::chrono::seconds(10);
inline constexpr Duration kStreamIdleTimeout = std::chrono::seconds(60);
inline constexpr Duration kKeepAliveTimeout = std::chrono::seconds(60);
// TCP connections and upgraded ones are often silent for long: an hour, as Envoy has it.
inline constexpr Duration kTunnelIdleTimeout = std::chrono::hours(1);
// After the last answer the rest of what the client sends is read and dropped for so long, so that
// the answer is not lost to a reset.
inline constexpr Duration kLingerTimeout = std::chrono::seconds(2);
// A drain leaves an idle connection open this long: the next request may be under way already, and
// whoever sends it on a connection that closes does not know whether it was taken.
inline constexpr Duration kDrainIdleGrace = std::chrono::milliseconds(100);
inline constexpr Duration kDrainTimeout = std::chrono::seconds(10);

// The control port. Its requests are short and have no body; what is longer is an attack or a
// mistake. Probes and scrapers come from a few clients, and the data plane must not lose
// descriptors to them.
inline constexpr size_t kControlHeadBytes = 8UL * 1024;
inline constexpr size_t kControlConnections = 64;
// From the first byte of a request to its last, and from the last of an answer to the kernel.
inline constexpr Duration kControlRequestTimeout = std::chrono::seconds(5);
// Between two requests. Scrapers mostly come every 15 s and keep their connection.
inline constexpr Duration kControlIdleTimeout = std::chrono::seconds(60);
// How long a scrape waits for the counters of a worker that is busy.
inline constexpr Duration kStatsPullTimeout = std::chrono::seconds(1);

// Connections of one listener, over all workers, and idle upstream connections of one worker.
inline constexpr size_t kConnectionsPerListener = 16384;
// Connections of all listeners, over all workers: some full listeners, and less than what fills the
// ports of one client address.
inline constexpr size_t kConnectionsTotal = 49152;
// Connects to an upstream that are under way at once, over all workers: Envoy's circuit breaker.
inline constexpr size_t kPendingConnects = 1024;
// Shares of overload.memory at which keep-alive ends and at which nothing is accepted any more
// (Envoy's edge checklist), and how often it is looked at.
inline constexpr unsigned kPressurePercent = 92;
inline constexpr unsigned kOverloadPercent = 95;
inline constexpr Duration kMemoryLook = std::chrono::milliseconds(250);
inline constexpr size_t kPoolIdlePerWorker = 256;

// A body that a filter must edit or the mirror captures: beyond it the message is forwarded
// untouched and counted as `too large`.
inline constexpr size_t kCaptureBytes = 1024UL * 1024;
// Memory that captured messages may pin per worker while they wait for analysis.
inline constexpr size_t kMirrorPinnedBytes = 64UL * 1024 * 1024;
// How long the analysis rests after work before it asks to be woken: what comes meanwhile becomes
// a batch, and its worker pays no system call for it.
inline constexpr Duration kAnalysisNap = std::chrono::milliseconds(1);
// When no traffic comes, an idle worker frees what the analysis gave back after so long.
inline constexpr Duration kMirrorSweep = std::chrono::seconds(1);
inline constexpr size_t kMirrorRingEntries = 4096;

// JSON and YAML: depth bounds recursion, size bounds memory.
inline constexpr size_t kJsonDepth = 128;
inline constexpr size_t kConfigBytes = 4UL * 1024 * 1024;
inline constexpr size_t kContractBytes = 64UL * 1024 * 1024;
inline constexpr size_t kYamlAliasNodes = 1000000;

// Rules and decisions.
inline constexpr size_t kRules = 10000;
inline constexpr size_t kDecisionKeysPerRule = 65536;
inline constexpr size_t kHeldExchanges = 16384;
inline constexpr Duration kDelayMax = std::chrono::minutes(10);

// Findings: distinct fingerprints kept in a run, and examples kept for each.
inline constexpr size_t kFindings = 10000;
inline constexpr size_t kFindingSamples = 3;
inline constexpr size_t kViolationsPerMessage = 64;

// Records of a run. A segment is what a text tool still opens; one write per 64 KiB keeps the
// journal off the profile. A line is one exchange: two captured bodies at six bytes per escaped
// byte and their heads.
inline constexpr size_t kJournalSegmentBytes = 64UL * 1024 * 1024;
inline constexpr size_t kJournalBufferBytes = 64UL * 1024;
inline constexpr size_t kJournalLineBytes = 64UL * 1024 * 1024;
// Events that wait for the disk; beyond it an event is dropped, counted, and fails the run.
inline constexpr size_t kEventQueueLines = 65536;
// Distinct names (reasons, operations nobody declared) counted apart; the rest is one sum.
inline constexpr size_t kCounterNames = 1024;

// Diagnostics of one file shown in one pass.
inline constexpr size_t kDiagnostics = 20;

}  // namespace faultline::limits
