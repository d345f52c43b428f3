// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

namespace faultline::cli {

/// Settles how this process meets the limits that the system sets it; main() calls it first.
///
/// - Files: the soft limit of descriptors is raised to the hard one. The soft one is for programs
///   that still select(); a proxy needs two for each connection.
/// - Size of files: a write beyond it fails like one to a full disk instead of killing the process.
/// - Memory: when an allocation fails the process says so and ends with kEnvironment. Half of what
///   could throw is called from C, which nothing may unwind; and a proxy that has lost a piece of
///   its state must not go on forwarding. What the run folder holds by then stays readable, as
///   that of a killed run.
void guard_process();

}  // namespace faultline::cli
