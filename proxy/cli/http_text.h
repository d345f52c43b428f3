// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"
#include "redaction/redactor.h"

#include <optional>
#include <string>
#include <string_view>

namespace faultline::cli {

/// One HTTP/1 message as a file holds it: what curl -v, a proxy's log or an editor gives. Lenient
/// about line ends, and about nothing that would move a border between two fields.
class HttpText {
 public:
  /// Nothing when the text does not begin like a message. Borrows the text.
  [[nodiscard]] static std::optional<HttpText> parse(std::string_view text);

  /// Borrows this and the text. A chunked body is whole in it; one whose chunks cannot be read
  /// counts as aborted, so that it is dropped.
  [[nodiscard]] MessageView view() const;

  /// The message as text again: Content-Length fits the body that is there, Transfer-Encoding went
  /// with the chunks. A dropped body is a line that says so.
  [[nodiscard]] static std::string write(const redaction::RedactedMessage& message);

 private:
  bool read_start_line(std::string_view line);
  bool read_field(std::string_view line);
  void read_body(std::string_view rest);

  MessageView view_;
  std::string joined_;  // the chunks
  bool is_chunked_ = false;
};

}  // namespace faultline::cli
