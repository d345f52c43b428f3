// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/fakes/raw_socket.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace faultline::fakes {

/// An HTTP/1.1 origin that answers every complete request with an empty 200 and writes down each
/// byte it gets. One thread serves all connections; made for thousands of short ones.
class RecordingOrigin {
 public:
  RecordingOrigin();
  ~RecordingOrigin();
  RecordingOrigin(const RecordingOrigin&) = delete;
  RecordingOrigin& operator=(const RecordingOrigin&) = delete;

  [[nodiscard]] HostPort address() const { return listener_.address(); }

  struct Seen {
    std::vector<std::string> messages;  // complete requests, in order of completion
    std::string fragments;              // bytes on connections that ended inside a request
    bool is_settled = false;  // false: after 10 s a connection still waits for a request's rest
  };
  /// Reads all that has arrived, waits until no open connection is in the middle of a request,
  /// and gives what came since the last call.
  [[nodiscard]] Seen settle();

 private:
  void run();
  void accept_all();
  void read_from(int fd);
  /// Answers what is complete. False when the connection is to be closed.
  [[nodiscard]] bool answer_complete(int fd, std::string& pending);
  void end(int fd);
  void wake();

  RawListener listener_;
  int wake_fd_ = -1;
  std::mutex mutex_;  // guards all below
  std::condition_variable passed_;
  std::map<int, std::string> open_;  // by descriptor: bytes of a request that is not complete
  Seen seen_;
  uint64_t passes_ = 0;  // over all descriptors, until none had more
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace faultline::fakes
