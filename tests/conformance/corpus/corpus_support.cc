// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See tests/conformance/http1/README.md for the file format.
#include "proxy/base/text.h"
#include "tests/conformance/corpus/corpus.h"

#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

namespace faultline::conformance {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view file_name)
      : name_(file_name), file_(std::string(FL_SOURCE_DIR) + "/tests/conformance/http1/" + name_) {
    if (!file_) fail("cannot be read");
  }

  std::vector<PayloadCase> read() {
    std::string line;
    while (std::getline(file_, line)) {
      ++line_number_;
      if (line.empty() || line.front() == '#') continue;
      take(line);
    }
    close_case();
    if (cases_.empty()) fail("holds no case");
    return std::move(cases_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(name_ + ":" + std::to_string(line_number_) + ": " + what);
  }

  void take(std::string_view line) {
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) fail("expected a keyword and a value");
    const std::string_view key = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (key == "case") {
      open_case(value);
      return;
    }
    if (!is_open_) fail("no case has begun");
    if (key == "outcome") {
      take_outcome(value);
    } else if (key == "note") {
      case_.note = value;
    } else if (key == "asked") {
      take_asked(value);
    } else if (key == "messages") {
      case_.messages = static_cast<int>(number(value));
    } else {
      take_bytes(key, value);
    }
  }

  void open_case(std::string_view name) {
    close_case();
    if (!names_.insert(std::string(name)).second) fail("this name was used before");
    case_ = PayloadCase();
    case_.name = name;
    is_open_ = true;
    has_outcome_ = false;
    has_wanted_ = false;
  }

  void close_case() {
    if (!is_open_) return;
    if (!has_outcome_) fail("case " + case_.name + " has no outcome");
    if (case_.sent.empty()) fail("case " + case_.name + " sends nothing");
    const bool must_say = case_.fate == Fate::Fix || case_.fate == Fate::Strip;
    if (must_say && !has_wanted_) fail("case " + case_.name + " does not say what arrives");
    if (case_.fate == Fate::Refuse && has_wanted_) {
      fail("case " + case_.name + " is refused, nothing may arrive");
    }
    if (!case_.sent.ends_with(case_.surplus)) {
      fail("case " + case_.name + " does not end with its surplus");
    }
    if (case_.is_accepted() && !has_wanted_) {
      case_.wanted = case_.sent.substr(0, case_.sent.size() - case_.surplus.size());
    }
    cases_.push_back(std::move(case_));
    is_open_ = false;
  }

  void take_outcome(std::string_view value) {
    has_outcome_ = true;
    const auto words = split(value, ' ');
    if (words.front() == "refuse" && words.size() == 3) {
      case_.fate = Fate::Refuse;
      case_.status = static_cast<int>(number(words[1]));
      case_.reason = words[2];
      return;
    }
    static const std::vector<std::pair<std::string_view, Fate>> kFates = {
        {"pass", Fate::Pass}, {"fix", Fate::Fix}, {"strip", Fate::Strip}, {"cut", Fate::Cut}};
    for (const auto& [word, fate] : kFates) {
      if (value == word) {
        case_.fate = fate;
        return;
      }
    }
    fail("unknown outcome");
  }

  void take_asked(std::string_view value) {
    if (value != "head" && value != "upgrade") fail("asked is head or upgrade");
    case_.asked = value == "head" ? Asked::Head : Asked::Upgrade;
  }

  // `mark` is one of > < + and perhaps a repetition: >*16
  void take_bytes(std::string_view mark, std::string_view text) {
    size_t times = 1;
    if (mark.size() > 1) {
      if (mark[1] != '*') fail("unknown keyword");
      times = number(mark.substr(2));
    }
    const std::string bytes = unescape(text);
    std::string* sink = nullptr;
    if (mark.front() == '>') sink = &case_.sent;
    if (mark.front() == '<') sink = &case_.wanted;
    if (mark.front() == '+') sink = &case_.surplus;
    if (sink == nullptr) fail("unknown keyword");
    has_wanted_ = has_wanted_ || mark.front() == '<';
    for (size_t i = 0; i < times; ++i) *sink += bytes;
  }

  [[nodiscard]] std::string unescape(std::string_view text) const {
    std::string bytes;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') {
        bytes += text[i];
        continue;
      }
      const char kind = ++i < text.size() ? text[i] : '?';
      if (kind == 'x') {
        const auto byte = hex_decode(text.substr(i + 1, 2));
        if (!byte || byte->size() != 1) fail("\\x takes two hex digits");
        bytes += *byte;
        i += 2;
        continue;
      }
      constexpr std::string_view kKinds = "rnt\\";
      constexpr std::string_view kBytes = "\r\n\t\\";
      const size_t at = kKinds.find(kind);
      if (at == std::string_view::npos) fail("unknown escape");
      bytes += kBytes[at];
    }
    return bytes;
  }

  [[nodiscard]] size_t number(std::string_view text) const {
    const auto value = parse_u64(text);
    if (!value) fail("expected a number");
    return *value;
  }

  std::string name_;
  std::ifstream file_;
  int line_number_ = 0;
  std::vector<PayloadCase> cases_;
  std::set<std::string> names_;
  PayloadCase case_;
  bool is_open_ = false;
  bool has_outcome_ = false;
  bool has_wanted_ = false;
};

}  // namespace

std::vector<PayloadCase> load_cases(std::string_view file_name) { return Reader(file_name).read(); }

std::vector<PayloadCase> load_all(const std::vector<std::string_view>& file_names) {
  std::vector<PayloadCase> all;
  for (const auto name : file_names) {
    for (auto& c : load_cases(name)) all.push_back(std::move(c));
  }
  return all;
}

std::vector<PayloadCase> all_requests() {
  return load_all(
      {kValidRequests, kMalformedRequests, kFurtherValidRequests, kFurtherMalformedRequests});
}

std::vector<PayloadCase> all_responses() {
  return load_all({kValidResponses, kMalformedResponses});
}

}  // namespace faultline::conformance
