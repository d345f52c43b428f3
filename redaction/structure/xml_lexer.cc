// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/structure/xml_lexer.h"

#include <algorithm>

namespace faultline::redaction {
namespace {

using Kind = XmlToken::Kind;

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kNameStops = " \t\r\n/>=<\"'";

XmlToken error() { return {Kind::Error, {}, {}}; }

}  // namespace

size_t XmlLexer::name_end(size_t from) const {
  return std::min(text_.find_first_of(kNameStops, from), text_.size());
}

XmlToken XmlLexer::next() {
  if (in_tag_) return in_tag();
  if (at_ == text_.size()) return {};
  if (text_[at_] == '<') return markup();
  const size_t end = std::min(text_.find('<', at_), text_.size());
  const std::string_view text = text_.substr(at_, end - at_);
  at_ = end;
  return {Kind::Text, {}, text};
}

XmlToken XmlLexer::until(std::string_view end, size_t skip, Kind kind) {
  const size_t begin = at_ + skip;
  const size_t stop = text_.find(end, begin);
  if (stop == std::string_view::npos) return error();
  at_ = stop + end.size();
  return {kind, {}, text_.substr(begin, stop - begin)};
}

// `<!DOCTYPE ...>` may hold declarations in brackets (section 2.8), which may hold `>`.
XmlToken XmlLexer::document_type() {
  const size_t begin = at_;
  size_t open = 0;
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '[') ++open;
    if (text_[at_] == ']' && open > 0) --open;
    if (text_[at_] == '>' && open == 0) break;
  }
  if (at_ == text_.size()) return error();
  ++at_;
  return {Kind::Other, {}, text_.substr(begin, at_ - begin)};
}

XmlToken XmlLexer::markup() {
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("<!--")) return until("-->", 4, Kind::Other);
  if (rest.starts_with("<![CDATA[")) return until("]]>", 9, Kind::Raw);
  if (rest.starts_with("<?")) return until("?>", 2, Kind::Other);
  if (rest.starts_with("<!")) return document_type();
  if (rest.starts_with("</")) {
    auto token = until(">", 2, Kind::Close);
    return token;
  }
  const size_t begin = at_ + 1;
  const size_t end = name_end(begin);
  if (end == begin) return error();
  at_ = end;
  in_tag_ = true;
  return {Kind::Open, {}, text_.substr(begin, end - begin)};
}

XmlToken XmlLexer::in_tag() {
  at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("/>")) {
    at_ += 2;
    in_tag_ = false;
    return {Kind::Close, {}, {}};
  }
  if (rest.starts_with('>')) {
    ++at_;
    in_tag_ = false;
    return {Kind::OpenEnd, {}, {}};
  }
  const size_t end = name_end(at_);
  const std::string_view name = text_.substr(at_, end - at_);
  size_t at = std::min(text_.find_first_not_of(kSpace, end), text_.size());
  if (name.empty() || at == text_.size() || text_[at] != '=') return error();
  at = std::min(text_.find_first_not_of(kSpace, at + 1), text_.size());
  if (at == text_.size() || (text_[at] != '"' && text_[at] != '\'')) return error();
  const size_t close = text_.find(text_[at], at + 1);
  if (close == std::string_view::npos) return error();
  at_ = close + 1;
  return {Kind::Attribute, name, text_.substr(at + 1, close - at - 1)};
}

}  // namespace faultline::redaction
