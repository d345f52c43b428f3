// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/redact/engines.h"

#include "bench/redact/aho_corasick.h"
#include "proxy/tls/digest.h"
#include "redaction/redactor.h"
#include "redaction/scanner.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <utility>

namespace faultline::bench {
namespace {

constexpr size_t kBlock = 4096;

re2::RE2::Options options() {
  re2::RE2::Options out;
  out.set_encoding(re2::RE2::Options::EncodingLatin1);
  out.set_log_errors(false);
  out.set_max_mem(int64_t{64} << 20U);
  return out;
}

class Scanner final : public Engine {
 public:
  [[nodiscard]] std::string name() const override { return "faultline, scanner"; }
  [[nodiscard]] size_t scan(std::string_view text) override {
    redaction::scan_text(text, names_, patterns_, scan_);
    return scan_.finds.size();
  }

 private:
  redaction::NameCache names_;
  redaction::PatternSet patterns_;
  redaction::Scan scan_;
};

class WholeRedactor final : public Engine {
 public:
  WholeRedactor() : crypto_(tls::make_crypto()) {
    auto made = redaction::Redactor::create({}, *crypto_, "a key of the bench, 32 bytes....");
    if (made) redactor_ = std::move(*made);
  }
  [[nodiscard]] std::string name() const override { return "faultline, redacted text"; }
  [[nodiscard]] size_t scan(std::string_view text) override {
    return redactor_->redact_text(text).view().size();
  }

 private:
  std::unique_ptr<Crypto> crypto_;
  std::unique_ptr<redaction::Redactor> redactor_;
};

size_t count_matches(const re2::RE2& rule, std::string_view text) {
  size_t count = 0;
  re2::StringPiece match;
  size_t from = 0;
  while (from < text.size() && rule.Match({text.data(), text.size()}, from, text.size(),
                                          re2::RE2::UNANCHORED, &match, 1)) {
    ++count;
    from = static_cast<size_t>(match.data() - text.data()) + std::max<size_t>(match.size(), 1);
  }
  return count;
}

class OneByOne final : public Engine {
 public:
  OneByOne() {
    for (const auto& rule : rule_patterns()) {
      rules_.push_back(std::make_unique<re2::RE2>(rule.pattern, options()));
    }
  }
  [[nodiscard]] std::string name() const override { return "RE2, one by one"; }
  [[nodiscard]] size_t scan(std::string_view text) override {
    size_t count = 0;
    for (const auto& rule : rules_) count += count_matches(*rule, text);
    return count;
  }

 private:
  std::vector<std::unique_ptr<re2::RE2>> rules_;
};

class RuleSet final : public Engine {
 public:
  RuleSet() : set_(options(), re2::RE2::UNANCHORED) {
    for (const auto& rule : rule_patterns()) set_.Add(rule.pattern, nullptr);
    set_.Compile();
  }
  [[nodiscard]] std::string name() const override { return "RE2::Set, 64 MB"; }
  [[nodiscard]] size_t scan(std::string_view text) override {
    size_t count = 0;
    std::vector<int> matches;
    for (size_t at = 0; at < text.size(); at += kBlock) {
      const std::string_view block = text.substr(at, kBlock);
      if (set_.Match({block.data(), block.size()}, &matches)) count += matches.size();
    }
    return count;
  }

 private:
  re2::RE2::Set set_;
};

// The way of scanners of source code: blocks that hold a literal of a rule are searched for the
// rule.
class LiteralsFirst final : public Engine {
 public:
  LiteralsFirst() {
    for (const auto& rule : rule_patterns()) {
      const auto id = static_cast<uint32_t>(rules_.size());
      rules_.push_back(std::make_unique<re2::RE2>(rule.pattern, options()));
      if (rule.literals.empty()) always_.push_back(id);
      for (const auto& literal : rule.literals) automaton_.add(literal, id);
    }
    automaton_.compile();
  }
  [[nodiscard]] std::string name() const override { return "Aho-Corasick + RE2"; }
  [[nodiscard]] size_t scan(std::string_view text) override {
    size_t count = 0;
    for (size_t at = 0; at < text.size(); at += kBlock) {
      const std::string_view block = text.substr(at, kBlock);
      found_.assign(rules_.size(), false);
      automaton_.scan(block, [this](uint32_t id) { found_[id] = true; });
      for (const uint32_t id : always_) found_[id] = true;
      for (size_t id = 0; id < rules_.size(); ++id) {
        if (found_[id]) count += count_matches(*rules_[id], block);
      }
    }
    return count;
  }

 private:
  std::vector<std::unique_ptr<re2::RE2>> rules_;
  std::vector<uint32_t> always_;
  std::vector<bool> found_;
  AhoCorasick automaton_;
};

}  // namespace

std::vector<RulePattern> rule_patterns() {
  std::vector<RulePattern> out;
  for (const auto& row : redaction::kPatterns) {
    if (redaction::class_info(row.class_id).tier == redaction::Tier::OptIn) continue;
    RulePattern rule{row.pattern, {}};
    redaction::for_each_part(row.anchors,
                             [&](std::string_view part) { rule.literals.emplace_back(part); });
    out.push_back(std::move(rule));
  }
  for (const auto& row : redaction::kForms) {
    RulePattern rule{row.pattern, {}};
    redaction::for_each_part(row.needs,
                             [&](std::string_view part) { rule.literals.emplace_back(part); });
    out.push_back(std::move(rule));
  }
  return out;
}

std::vector<std::unique_ptr<Engine>> make_own_engines() {
  std::vector<std::unique_ptr<Engine>> out;
  out.push_back(std::make_unique<Scanner>());
  out.push_back(std::make_unique<WholeRedactor>());
  return out;
}

std::vector<std::unique_ptr<Engine>> make_re2_engines() {
  std::vector<std::unique_ptr<Engine>> out;
  out.push_back(std::make_unique<OneByOne>());
  out.push_back(std::make_unique<RuleSet>());
  out.push_back(std::make_unique<LiteralsFirst>());
  return out;
}

}  // namespace faultline::bench
