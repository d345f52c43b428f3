// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// XML: what JSON says with members, elements and attributes say with names. The text around the
// edits stays byte for byte.
#include "proxy/base/text.h"
#include "redaction/engine_scope.h"
#include "redaction/structure/xml_lexer.h"

#include <algorithm>
#include <vector>

namespace faultline::redaction {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = std::min(text.find_first_not_of(kSpace), text.size());
  const size_t last = text.find_last_not_of(kSpace);
  return first == text.size() ? std::string_view() : text.substr(first, last + 1 - first);
}

}  // namespace

// An open element.
struct Engine::XmlElement {
  NameKind kind = NameKind::None;  // for the text in it and for elements below
  NameKind pair = NameKind::None;  // what <param name="password"> says about value="..."
};

void Engine::edit_xml_text(NameKind kind, std::string_view text, XmlCoding coding, const Spot& spot,
                           Edits& out) {
  const std::string_view bare = trimmed(text);
  if (bare.empty()) return;
  const size_t first = out.size();
  const auto edit = [&](std::string_view plain, unsigned depth) {
    if (decides(kind)) {
      edit_named(kind, plain, 0, out);
    } else {
      edit_value(plain, depth, out);
    }
  };
  const auto at = static_cast<uint32_t>(bare.data() - spot.source.data());
  if (coding == XmlCoding::Raw || bare.find('&') == std::string_view::npos) {
    edit(bare, spot.depth);
  } else {
    const MappedText layer = unescape_xml(bare);
    edit(layer.text, spot.depth);
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin = layer.at[out[i].begin];
      out[i].end = layer.at[out[i].end];
    }
  }
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin += at;
    out[i].end += at;
  }
}

void Engine::edit_xml_attribute(std::string_view name, std::string_view value, XmlElement& element,
                                const Spot& spot, Edits& out) {
  const NameKind own = names_.find(name).kind;
  const Step step(*this, name);
  if (own == NameKind::PairName) element.pair = names_.find(trimmed(value)).kind;
  NameKind kind = decides(own) ? own : NameKind::None;
  if (own == NameKind::PairValue) kind = decides(element.pair) ? element.pair : element.kind;
  edit_xml_text(kind, value, XmlCoding::Escaped, spot, out);
}

bool Engine::edit_xml(std::string_view text, unsigned depth, Edits& out) {
  const size_t first = out.size();
  const size_t level = path_.size();
  const bool is_well_formed = edit_xml_tokens({text, depth}, out);
  path_.resize(level);
  if (!is_well_formed) out.resize(first);
  return is_well_formed;
}

bool Engine::edit_xml_tokens(const Spot& spot, Edits& out) {
  using Kind = XmlToken::Kind;
  const Because because(*this, Rule::Name);
  XmlLexer lexer(spot.source);
  std::vector<XmlElement> open;
  while (open.size() <= XmlLexer::kDepthMax) {
    const XmlToken token = lexer.next();
    const NameKind around = open.empty() ? NameKind::None : open.back().kind;
    switch (token.kind) {
      case Kind::Open: {
        const NameKind own = names_.find(token.text).kind;
        open.push_back({decides(own) ? own : around, NameKind::None});
        path_.push_back(token.text);
        break;
      }
      case Kind::Attribute:
        edit_xml_attribute(token.name, token.text, open.back(), spot, out);
        break;
      case Kind::OpenEnd:
        if (decides(open.back().pair)) open.back().kind = open.back().pair;
        break;
      case Kind::Close:
        if (open.empty()) return false;
        open.pop_back();
        path_.pop_back();
        break;
      case Kind::Text:
        edit_xml_text(around, token.text, XmlCoding::Escaped, spot, out);
        break;
      case Kind::Raw:
        edit_xml_text(around, token.text, XmlCoding::Raw, spot, out);
        break;
      case Kind::Other:
        edit_xml_text(NameKind::None, token.text, XmlCoding::Raw, spot, out);
        break;
      case Kind::End:
        return open.empty();
      case Kind::Error:
        return false;
    }
  }
  return false;
}

}  // namespace faultline::redaction
