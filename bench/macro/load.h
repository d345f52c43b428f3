// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/macro/options.h"

namespace faultline::bench {

/// Makes requests over `connections` keep-alive connections and prints one JSON line about them.
/// Each connection sends its next request when it has its answer: this measures what the subject
/// spends, not how long anyone waits (`bench_openloop` does). Returns the exit code; a broken
/// connection is an error.
int run_load(const DriverOptions& options);

/// Opens the connections, makes one request on each, prints "ready" and stays silent until the
/// standard input ends. Then prints how many connections are still open.
int run_idle(const DriverOptions& options);

/// Sends one request per connection and never reads; pushes the upload as long as the other side
/// takes it. Prints "ready" after the heads and, when the standard input ends, the bytes taken.
int run_hang(const DriverOptions& options);

}  // namespace faultline::bench
