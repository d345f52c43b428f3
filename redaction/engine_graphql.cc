// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// GraphQL: literals in a document, by the argument, input field or variable they are given to, and
// the values that servers quote in errors.
#include "proxy/base/text.h"
#include "redaction/engine_scope.h"
#include "redaction/structure/graphql_lexer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace faultline::redaction {
namespace {

using Kind = GraphqlToken::Kind;

constexpr size_t kDepthMax = 128;

// What stands between a name and its value: `name: value`, `$name: Type = value`.
struct Naming {
  std::string_view candidate;  // a name that a colon would make one
  std::string_view variable;   // whose default an equals sign would give
  std::string_view name;       // of the next value
  bool is_value = false;       // the next token is one
};

// Lists and objects in braces: the kind that holds in them.
struct Level {
  NameKind kind = NameKind::None;
  std::string_view name;
};

void advance(const GraphqlToken& token, Naming& naming) {
  switch (token.kind) {
    case Kind::Name:
      naming = {token.text, naming.variable, {}, false};
      return;
    case Kind::Variable:
      naming = {{}, token.text, {}, false};
      return;
    case Kind::Punctuator:
      if (token.is(':') && !naming.candidate.empty()) {
        naming.name = naming.candidate;
        naming.is_value = true;
        naming.candidate = {};
      } else if (token.is('=') && !naming.variable.empty()) {
        naming.name = naming.variable;
        naming.is_value = true;
        naming.candidate = {};
      } else {
        const bool in_type = token.is('!') || token.is('[') || token.is(']') || token.is(':');
        naming = {{}, in_type ? naming.variable : std::string_view(), {}, false};
      }
      return;
    default:
      naming = {};
      return;
  }
}

// Where a quoted value ends, or the bracket that closes the first character's; the size when none.
size_t literal_end(std::string_view text) {
  const char open = text.front();
  if (open == '"' || open == '\'' || open == '`') {
    const size_t end = text.find(open, 1);
    return end == std::string_view::npos ? text.size() : end + 1;
  }
  if (open != '{' && open != '[') {
    return std::min(text.find_first_of(" ;,\t\r\n"), text.size());
  }
  size_t depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{' || text[i] == '[') ++depth;
    if ((text[i] == '}' || text[i] == ']') && --depth == 0) return i + 1;
  }
  return text.size();
}

// After these words a server quotes what it was given.
constexpr std::array<std::string_view, 5> kEchoWords{"invalid value", "value:", "value", "found",
                                                     "received"};

}  // namespace

void Engine::edit_graphql_literal(const GraphqlToken& token, NameKind kind, const Spot& spot,
                                  Edits& out) {
  const size_t first = out.size();
  const auto at = static_cast<uint32_t>(token.text.data() - spot.source.data());
  const auto edit = [&](std::string_view text) {
    if (decides(kind)) {
      edit_named(kind, text, 0, out);
    } else {
      edit_value(text, spot.depth, out);
    }
  };
  if (token.kind == Kind::Number) {
    if (!decides(kind) || surrogates_.is_number_surrogate(token.text)) return;
    const ClassId id = kind == NameKind::Pii ? ClassId::KeyPii : ClassId::KeySecret;
    push(token.text, 0, id, surrogates_.for_number(token.text), out, Slot::Number);
  } else if (token.kind == Kind::String && token.text.find('\\') != std::string_view::npos) {
    const MappedText layer = unescape_json(token.text);
    edit(layer.text);
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin = layer.at[out[i].begin];
      out[i].end = layer.at[out[i].end];
    }
  } else {
    edit(token.text);
  }
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin += at;
    out[i].end += at;
  }
}

bool Engine::edit_graphql(std::string_view text, unsigned depth, Edits& out) {
  if (!looks_like_graphql(text)) return false;
  const size_t first = out.size();
  const Because because(*this, Rule::Name);
  const Spot spot{text, depth};
  GraphqlLexer lexer(text);
  Naming naming;
  std::vector<Level> levels;
  for (GraphqlToken token = lexer.next(); token.kind != Kind::End; token = lexer.next()) {
    const Level outer = levels.empty() ? Level{} : levels.back();
    const std::string_view name = naming.is_value ? naming.name : outer.name;
    NameKind kind = naming.is_value ? names_.find(naming.name).kind : NameKind::None;
    if (!decides(kind)) kind = outer.kind;
    if (token.kind == Kind::Error || levels.size() > kDepthMax) {
      out.resize(first);
      return false;
    }
    if (token.is('{') || token.is('[') || token.is('(')) {
      // A list in a variable's type opens no value.
      levels.push_back(naming.is_value ? Level{kind, name} : outer);
    } else if (token.is('}') || token.is(']') || token.is(')')) {
      if (levels.empty()) {
        out.resize(first);
        return false;
      }
      levels.pop_back();
    } else if (token.kind == Kind::String || token.kind == Kind::BlockString ||
               token.kind == Kind::Number) {
      const Step step(*this, name.empty() ? "*" : name);
      edit_graphql_literal(token, kind, spot, out);
    } else if (token.kind == Kind::Comment) {
      edit_graphql_literal(token, NameKind::None, spot, out);
    }
    advance(token, naming);
  }
  if (!levels.empty()) out.resize(first);
  return levels.empty();
}

void Engine::edit_graphql_text(std::string_view text, Edits& out) {
  const size_t first = out.size();
  if (edit_graphql(text, 0, out)) {
    settle(out, first);
  } else {
    edit_document(text, out);
  }
}

// `Variable "$input" got invalid value "hunter2"; ...`, `Int cannot represent non-integer value:
// {...}`: the literal behind the word goes, whatever its name.
void Engine::edit_echo(std::string_view text, Edits& out) {
  const Because because(*this, Rule::Echo);
  for (size_t at = 0; at < text.size();) {
    const size_t space = std::min(text.find(' ', at), text.size());
    const auto* const word =
        std::find_if(kEchoWords.begin(), kEchoWords.end(), [&](std::string_view echo) {
          return iequals(text.substr(at, echo.size()), echo) &&
                 text.substr(at + echo.size()).starts_with(' ');
        });
    if (word == kEchoWords.end()) {
      at = space + 1;
      continue;
    }
    const size_t begin = at + word->size() + 1;
    at = begin;
    if (begin >= text.size()) return;
    const std::string_view rest = text.substr(begin);
    const bool is_literal =
        std::string_view("\"'`{[").find(rest.front()) != std::string_view::npos ||
        is_ascii_digit(rest.front());
    if (!is_literal) continue;
    std::string_view literal = rest.substr(0, literal_end(rest));
    at = begin + literal.size();
    size_t inside = begin;
    if (literal.size() >= 2 && literal.front() == literal.back()) {
      literal = literal.substr(1, literal.size() - 2);
      ++inside;
    }
    edit_secret(ClassId::KeySecret, literal, static_cast<uint32_t>(inside), out);
  }
}

}  // namespace faultline::redaction
