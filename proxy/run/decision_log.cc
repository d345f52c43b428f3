// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/decision_log.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <tuple>

namespace faultline::run {

uint32_t DecisionLog::intern(std::string_view text) {
  if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
  const auto added = ids_.emplace(text, static_cast<uint32_t>(texts_.size())).first;
  texts_.push_back(&added->first);
  return added->second;
}

void DecisionLog::add(const DecisionLine& line) {
  if (rows_.size() >= rows_max_) {
    ++left_out_;
    return;
  }
  Row row;
  row.rule = intern(line.rule);
  row.scope = intern(line.scope);
  row.key = intern(line.key);
  row.verdict = intern(line.verdict);
  row.action = intern(line.action);
  row.occurrence = line.occurrence;
  row.draw = line.draw;
  rows_.push_back(row);
}

bool DecisionLog::is_before(const Row& a, const Row& b) const {
  const auto& text = texts_;
  return std::tie(*text[a.rule], *text[a.scope], *text[a.key], a.occurrence, a.draw,
                  *text[a.verdict], *text[a.action]) < std::tie(*text[b.rule], *text[b.scope],
                                                                *text[b.key], b.occurrence, b.draw,
                                                                *text[b.verdict], *text[b.action]);
}

std::string DecisionLog::line(const Row& row) const {
  std::string out = *texts_[row.rule];
  out.append(" ").append(*texts_[row.scope]);
  out.append(" ").append(json_quote(*texts_[row.key]));
  out.append(" ").append(std::to_string(row.occurrence));
  out.append(" ").append(hex64(row.draw));
  out.append(" ").append(*texts_[row.verdict]);
  out.append(" ").append(json_quote(*texts_[row.action])).append("\n");
  return out;
}

std::string DecisionLog::hash_hex(const Crypto& crypto) const {
  if (rows_.empty() || left_out_ > 0) return {};
  std::vector<Row> sorted = rows_;
  std::sort(sorted.begin(), sorted.end(),
            [this](const Row& a, const Row& b) { return is_before(a, b); });
  const auto digest = crypto.sha256();
  for (const Row& row : sorted) {
    digest->update(line(row));
  }
  return digest->finish_hex();
}

}  // namespace faultline::run
