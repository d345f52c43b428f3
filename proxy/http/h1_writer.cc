// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/base/text.h"
#include "proxy/http/framing.h"
#include "proxy/http/h1_codec.h"
#include "proxy/http/head_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>

namespace faultline::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kColon = ": ";

constexpr std::string_view version_text(Version version) {
  return version == Version::Http11 ? "HTTP/1.1" : "HTTP/1.0";
}

// Decimal or hexadecimal digits of a number, without an allocation.
class NumberText {
 public:
  explicit NumberText(uint64_t value, int base = 10) {
    const auto result = std::to_chars(digits_.data(), digits_.data() + digits_.size(), value, base);
    size_ = static_cast<size_t>(result.ptr - digits_.data());
  }
  [[nodiscard]] std::string_view view() const { return {digits_.data(), size_}; }

 private:
  std::array<char, 20> digits_{};
  size_t size_ = 0;
};

// Texts of a size known beforehand, written one after another: short ones share a block with
// other small copies, long ones get a block of their own.
class HeadBuilder {
 public:
  HeadBuilder(buffer::BlockPool& pool, size_t size) : pool_(pool), size_(size) {
    FL_ASSERT(size <= std::numeric_limits<uint32_t>::max());
    if (size <= local_.size()) {
      cursor_ = local_.data();
    } else {
      block_ = &pool.acquire(size);
      cursor_ = block_->data();
    }
  }

  void add(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(cursor_, text.data(), text.size());
    cursor_ += text.size();
  }

  void add_fields(const Fields& fields) {
    for (const Field& field : fields.all()) {
      add(field.name);
      add(kColon);
      add(field.value);
      add(kLineEnd);
    }
    add(kLineEnd);
  }

  [[nodiscard]] buffer::Slice finish() {
    const char* const begin = block_ == nullptr ? local_.data() : block_->data();
    FL_ASSERT(static_cast<size_t>(cursor_ - begin) == size_);
    if (block_ == nullptr) return pool_.copy({begin, size_});
    return {*block_, 0, static_cast<uint32_t>(size_)};
  }

 private:
  buffer::BlockPool& pool_;
  size_t size_;
  buffer::Block* block_ = nullptr;
  char* cursor_ = nullptr;
  std::array<char, 2048> local_;  // not initialised: finish() takes only what was added
};

size_t fields_size(const Fields& fields) {
  size_t size = kLineEnd.size();
  for (const Field& field : fields.all()) {
    size += field.name.size() + kColon.size() + field.value.size() + kLineEnd.size();
  }
  return size;
}

bool is_framing_field(std::string_view name) {
  return iequals(name, "content-length") || iequals(name, "transfer-encoding") ||
         iequals(name, "connection");
}

}  // namespace

buffer::Slice write_field_section(buffer::BlockPool& pool, const Fields& fields) {
  HeadBuilder builder(pool, fields_size(fields));
  builder.add_fields(fields);
  return builder.finish();
}

buffer::Slice write_request_head(buffer::BlockPool& pool, const RequestHead& head) {
  if (!head.is_edited && !head.raw.empty()) return head.raw;
  const std::string_view version = version_text(head.version);
  const size_t line_size =
      head.method.size() + head.target.size() + version.size() + kLineEnd.size() + 2;
  HeadBuilder builder(pool, line_size + fields_size(head.fields));
  builder.add(head.method);
  builder.add(" ");
  builder.add(head.target);
  builder.add(" ");
  builder.add(version);
  builder.add(kLineEnd);
  builder.add_fields(head.fields);
  return builder.finish();
}

buffer::Slice write_response_head(buffer::BlockPool& pool, const ResponseHead& head) {
  if (!head.is_edited && !head.raw.empty()) return head.raw;
  const std::string_view version = version_text(head.version);
  const NumberText status(static_cast<uint64_t>(std::clamp(head.status, 100, 599)));
  const size_t line_size =
      version.size() + status.view().size() + head.reason.size() + kLineEnd.size() + 2;
  HeadBuilder builder(pool, line_size + fields_size(head.fields));
  builder.add(version);
  builder.add(" ");
  builder.add(status.view());
  builder.add(" ");
  builder.add(head.reason);
  builder.add(kLineEnd);
  builder.add_fields(head.fields);
  return builder.finish();
}

void write_chunk(buffer::BlockPool& pool, buffer::Chain& out, buffer::Chain&& payload) {
  if (payload.empty()) return;
  const NumberText size(payload.size(), 16);
  HeadBuilder builder(pool, size.view().size() + kLineEnd.size());
  builder.add(size.view());
  builder.add(kLineEnd);
  out.append(builder.finish());
  out.append(std::move(payload));
  out.append(buffer::Slice::of_static(kLineEnd));
}

buffer::Slice write_last_chunk(buffer::BlockPool& pool, const Fields& trailers) {
  constexpr std::string_view kLastChunk = "0\r\n";
  if (trailers.empty()) return buffer::Slice::of_static("0\r\n\r\n");
  HeadBuilder builder(pool, kLastChunk.size() + fields_size(trailers));
  builder.add(kLastChunk);
  builder.add_fields(trailers);
  return builder.finish();
}

buffer::Slice write_local_reply(buffer::BlockPool& pool, const LocalReply& reply,
                                bool is_head_request) {
  ResponseHead head;
  head.status = std::clamp(reply.status, 100, 599);
  head.reason = reason_phrase(head.status);
  const bool may_have_body = !status_forbids_body(head.status);
  if (may_have_body) {
    const NumberText length(reply.body.size());
    head.fields.append("Content-Length", length.view());
  }
  if (reply.close) head.fields.append("Connection", "close");
  for (const auto& [name, value] : reply.fields) {
    if (!is_framing_field(name)) head.fields.append(name, value);
  }
  const buffer::Slice text = write_response_head(pool, head);
  if (!may_have_body || is_head_request || reply.body.empty()) return text;
  HeadBuilder builder(pool, text.size() + reply.body.size());
  builder.add(text.view());
  builder.add(reply.body);
  return builder.finish();
}

}  // namespace faultline::http
