// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// XML 1.0 as far as places need it: no entities of a DTD, no names checked, nothing resolved.
namespace faultline::redaction {

struct XmlToken {
  enum class Kind : uint8_t {
    Open,       // `text` is the name of an element
    Attribute,  // of the element before: `name` and, without its quotes, `text`
    OpenEnd,    // the `>` of a start tag
    Close,      // of the innermost open element: an end tag or `/>`
    Text,       // character data, escapes still in it
    Raw,        // the inside of CDATA: no escapes
    Other,      // a comment, an instruction, a document type: text for nobody, scanned all the same
    End,
    Error,  // not well-formed enough to tell what is what
  };
  Kind kind = Kind::End;
  std::string_view name;
  std::string_view text;
};

/// One token after another; each a view into the text. Linear in the text.
class XmlLexer {
 public:
  explicit XmlLexer(std::string_view text) : text_(text) {}
  [[nodiscard]] XmlToken next();

  static constexpr size_t kDepthMax = 128;

 private:
  [[nodiscard]] XmlToken in_tag();
  [[nodiscard]] XmlToken markup();
  [[nodiscard]] XmlToken until(std::string_view end, size_t skip, XmlToken::Kind kind);
  [[nodiscard]] XmlToken document_type();
  [[nodiscard]] size_t name_end(size_t from) const;

  std::string_view text_;
  size_t at_ = 0;
  bool in_tag_ = false;
};

}  // namespace faultline::redaction
