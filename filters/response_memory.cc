// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/response_memory.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::filters {
namespace {

constexpr size_t kEntries = 1024;
constexpr size_t kBytes = 16UL * 1024 * 1024;

size_t size_of(const std::string& key, const http::LocalReply& answer) {
  size_t bytes = key.size() + answer.body.size();
  for (const auto& [name, value] : answer.fields) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

void ResponseMemory::put(const std::string& key, http::LocalReply answer) {
  const size_t bytes = size_of(key, answer);
  auto kept = std::make_shared<const http::LocalReply>(std::move(answer));
  const std::lock_guard lock(mutex_);
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    const auto entry = known->second;
    bytes_ -= entry->bytes;
    by_key_.erase(known);
    entries_.erase(entry);
  }
  if (bytes > kBytes) return;
  entries_.push_front({key, std::move(kept), bytes});
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
  while (entries_.size() > kEntries || bytes_ > kBytes) drop_oldest();
}

void ResponseMemory::drop_oldest() {
  bytes_ -= entries_.back().bytes;
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

std::shared_ptr<const http::LocalReply> ResponseMemory::get(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, known->second);
  return known->second->answer;
}

size_t ResponseMemory::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

http::LocalReply reply_of(const http::ResponseHead& head, std::string body) {
  constexpr std::array<std::string_view, 7> kLeftOut{
      "content-length", "transfer-encoding", "connection",      "keep-alive",
      "trailer",        "upgrade",           "proxy-connection"};
  http::LocalReply reply;
  reply.status = head.status;
  for (const auto& field : head.fields.all()) {
    const bool is_left_out = std::any_of(kLeftOut.begin(), kLeftOut.end(),
                                         [&](auto name) { return iequals(name, field.name); });
    if (!is_left_out) reply.fields.emplace_back(field.name, field.value);
  }
  reply.body = std::move(body);
  return reply;
}

}  // namespace faultline::filters
