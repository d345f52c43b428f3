// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Every *_support.cc of this folder is compiled into the suite; this one brings the fakes.
#include "tests/fakes/fake_upstream.cc"  // NOLINT(bugprone-suspicious-include)
#include "tests/fakes/raw_socket.cc"     // NOLINT(bugprone-suspicious-include)
