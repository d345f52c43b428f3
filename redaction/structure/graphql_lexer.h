// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The tokens of a GraphQL document (specification of October 2021, section 2.1).
namespace faultline::redaction {

struct GraphqlToken {
  enum class Kind : uint8_t {
    Name,
    Variable,     // `text` without the dollar sign
    Punctuator,   // `text` is one character, or `...`
    Number,       // integer or float
    String,       // `text` without its quotes, escapes still in it
    BlockString,  // `text` without its quotes; only \""" is an escape
    Comment,
    End,
    Error,
  };
  Kind kind = Kind::End;
  std::string_view text;

  [[nodiscard]] bool is(char c) const noexcept {
    return kind == Kind::Punctuator && text.size() == 1 && text.front() == c;
  }
};

/// One token after another; each a view into the text.
class GraphqlLexer {
 public:
  explicit GraphqlLexer(std::string_view text) : text_(text) {}
  [[nodiscard]] GraphqlToken next();

 private:
  [[nodiscard]] GraphqlToken take(GraphqlToken::Kind kind, size_t end, size_t skip = 0);
  [[nodiscard]] GraphqlToken string();

  std::string_view text_;
  size_t at_ = 0;
};

/// True when the text begins as a document does: with a selection, an operation or a fragment.
[[nodiscard]] bool looks_like_graphql(std::string_view text);

}  // namespace faultline::redaction
