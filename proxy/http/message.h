// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::http {

/// One field line. Borrows from the head that holds it.
struct Field {
  std::string_view name;
  std::string_view value;  // without the white space around it
};

/// Field lines in wire order with their case. Names and values borrow from the raw head bytes or
/// from texts added later, which the list owns. The lists of ordinary messages stay inside the
/// object, so a parsed head costs no allocation. Movable; the views stay valid through a move.
class Fields {
 public:
  Fields() noexcept = default;
  Fields(Fields&& other) noexcept;
  Fields& operator=(Fields&& other) noexcept;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  ~Fields() = default;

  [[nodiscard]] std::span<const Field> all() const noexcept { return {data(), size_}; }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// The first of that name (case-insensitive).
  [[nodiscard]] const Field* find(std::string_view name) const noexcept;
  [[nodiscard]] size_t count(std::string_view name) const noexcept;
  /// Borrows; the parser's way in.
  void append_borrowed(std::string_view name, std::string_view value) {
    if (size_ < kInlineFields) [[likely]] {
      std::construct_at(&inline_.items[size_++], Field{name, value});
      return;
    }
    append_spilled({name, value});
  }
  /// Copies both texts. CR, LF and NUL become spaces (RFC 9110 5.5), so that no text added here
  /// can split a message.
  void append(std::string_view name, std::string_view value);
  /// Replaces the value of the first of that name (copied as in append()), or appends.
  void set(std::string_view name, std::string_view value);
  /// Returns how many were removed.
  size_t remove(std::string_view name);
  void clear();

 private:
  static constexpr size_t kInlineFields = 24;
  // Left uninitialised: only the first size_ entries are ever read.
  union Storage {
    Storage() noexcept {}
    Field items[kInlineFields];
  };

  // All fields are in spilled_ as soon as there are more than kInlineFields.
  [[nodiscard]] bool is_spilled() const noexcept { return size_ > kInlineFields; }
  [[nodiscard]] const Field* data() const noexcept {
    return is_spilled() ? spilled_.data() : inline_.items;
  }
  [[nodiscard]] Field* data() noexcept { return is_spilled() ? spilled_.data() : inline_.items; }
  void append_spilled(Field field);
  void copy_inline(const Fields& other) noexcept;
  std::string_view own(std::string_view text);

  uint32_t size_ = 0;
  Storage inline_;
  std::vector<Field> spilled_;
  std::vector<std::unique_ptr<std::string>> owned_;
};

/// Who has a body, decided in one place (framing.h; RFC 9112 6.3).
enum class BodyFraming : uint8_t { None, Length, Chunked, UntilClose };

enum class Version : uint8_t { Http10, Http11 };

/// What both heads share. A head that no one changed is forwarded as its `raw` bytes; whoever
/// changes a part calls edit() so that it is written afresh.
struct Head {
  Version version = Version::Http11;
  Fields fields;
  BodyFraming framing = BodyFraming::None;
  uint64_t content_length = 0;   // when framing is Length; otherwise 0
  bool keep_alive = true;        // this message allows the connection to be used again
  bool is_upgrade = false;       // has Connection: upgrade and an Upgrade field
  bool has_nominations = false;  // Connection names fields that are for this hop only
  bool is_edited = false;        // `raw` no longer says what the head says
  buffer::Slice raw;             // the head as received, with the empty line; empty when made here

  void edit() noexcept { is_edited = true; }
};

struct RequestHead : Head {
  std::string_view method;  // borrows from raw
  std::string_view target;  // borrows from raw, from `made`, or is static
  buffer::Slice made;       // a target that had to be written afresh
  bool expects_continue = false;
  bool is_connect = false;  // target is host:port; what follows the head belongs to the tunnel
};

struct ResponseHead : Head {
  int status = 0;
  std::string_view reason;  // borrows from raw
  [[nodiscard]] bool is_interim() const noexcept { return status >= 100 && status < 200; }
};

/// A piece of a body in wire order. The bytes of all parts, in order, are the body as it goes
/// onto the wire; those of the Payload parts are the content.
struct BodyPart {
  enum class Kind : uint8_t { Payload, Framing };
  Kind kind = Kind::Payload;
  buffer::Slice bytes;
};

/// Why a message was refused: what to answer and what to count.
struct Rejection {
  int status = 400;         // answer for a request; a response is always 502
  std::string_view reason;  // stable snake_case id, e.g. "duplicate_content_length"
};

}  // namespace faultline::http
