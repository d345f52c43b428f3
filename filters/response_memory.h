// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/h1_codec.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace faultline::filters {

/// The last good answers, by key, for faults that give an old one again. Bounded in entries and
/// bytes; what was used longest ago goes first. Thread-safe: the workers of a process share one, so
/// that a client sees the same past on every connection.
class ResponseMemory {
 public:
  /// Keeps `answer` as the newest of `key`. One that alone is over the limit is not kept.
  void put(const std::string& key, http::LocalReply answer);
  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<const http::LocalReply> get(const std::string& key);
  [[nodiscard]] size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const http::LocalReply> answer;  // shared: may be replaced while it is sent
    size_t bytes = 0;
  };
  void drop_oldest();

  mutable std::mutex mutex_;  // guards what follows; held for a lookup and pointer moves
  std::list<Entry> entries_;  // newest first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;  // keys in entries_
  size_t bytes_ = 0;
};

/// An answer as it can be given again: fields of framing and of the connection left out.
[[nodiscard]] http::LocalReply reply_of(const http::ResponseHead& head, std::string body);

}  // namespace faultline::filters
