// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/structure/graphql_lexer.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>

namespace faultline::redaction {
namespace {

using Kind = GraphqlToken::Kind;

constexpr std::string_view kIgnored = " \t\r\n,";
constexpr std::string_view kPunctuators = "!$&()[]{}:=@|";
constexpr std::string_view kBlockQuote = "\"\"\"";

bool is_name_char(char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_'; }

size_t name_end(std::string_view text, size_t from) {
  while (from < text.size() && is_name_char(text[from])) ++from;
  return from;
}

}  // namespace

GraphqlToken GraphqlLexer::take(Kind kind, size_t end, size_t skip) {
  const std::string_view text = text_.substr(at_ + skip, end - at_ - skip);
  at_ = end;
  return {kind, text};
}

GraphqlToken GraphqlLexer::string() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with(kBlockQuote)) {
    size_t end = at_ + kBlockQuote.size();
    do {
      end = text_.find(kBlockQuote, end);
      if (end == std::string_view::npos) return {Kind::Error, {}};
      end += kBlockQuote.size();
    } while (text_[end - kBlockQuote.size() - 1] == '\\');
    GraphqlToken token = take(Kind::BlockString, end, kBlockQuote.size());
    token.text.remove_suffix(kBlockQuote.size());
    return token;
  }
  size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
    end += text_[end] == '\\' ? 2 : 1;
  }
  if (end >= text_.size() || text_[end] != '"') return {Kind::Error, {}};
  GraphqlToken token = take(Kind::String, end + 1, 1);
  token.text.remove_suffix(1);
  return token;
}

GraphqlToken GraphqlLexer::next() {
  at_ = std::min(text_.find_first_not_of(kIgnored, at_), text_.size());
  if (at_ == text_.size()) return {};
  const char c = text_[at_];
  if (c == '#') return take(Kind::Comment, std::min(text_.find('\n', at_), text_.size()), 1);
  if (c == '"') return string();
  if (c == '$') {
    const size_t end = name_end(text_, at_ + 1);
    return end == at_ + 1 ? GraphqlToken{Kind::Error, {}} : take(Kind::Variable, end, 1);
  }
  if (is_ascii_alpha(c) || c == '_') return take(Kind::Name, name_end(text_, at_));
  if (is_ascii_digit(c) || c == '-') {
    size_t end = at_ + 1;
    while (end < text_.size() && (is_name_char(text_[end]) || text_[end] == '.' ||
                                  text_[end] == '+' || text_[end] == '-')) {
      ++end;
    }
    return take(Kind::Number, end);
  }
  if (text_.substr(at_).starts_with("...")) return take(Kind::Punctuator, at_ + 3);
  if (kPunctuators.find(c) != std::string_view::npos) return take(Kind::Punctuator, at_ + 1);
  return {Kind::Error, {}};
}

bool looks_like_graphql(std::string_view text) {
  constexpr std::array<std::string_view, 4> kFronts{"query", "mutation", "subscription",
                                                    "fragment"};
  GraphqlLexer lexer(text);
  GraphqlToken token = lexer.next();
  while (token.kind == Kind::Comment) token = lexer.next();
  if (token.is('{')) return true;
  if (token.kind != Kind::Name ||
      std::find(kFronts.begin(), kFronts.end(), token.text) == kFronts.end()) {
    return false;
  }
  const GraphqlToken second = lexer.next();
  return second.kind == Kind::Name || second.is('{') || second.is('(') || second.is('@');
}

}  // namespace faultline::redaction
