// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// audit.jsonl, one object a line:
//
//   {"class":"email","rule":"form","part":"body","path":"/users/*/contact","operator":"shape",
//    "count":37,"tag":"u-<token>@redacted.invalid"}
//   ...
//   {"summary":1,"left_out":0,"kept":{"email":2},"never_fired":["iban",...],
//    "bound_nothing":["path /user/zip",...]}
#include "redaction/audit/tally.h"

#include "proxy/json/writer.h"

namespace faultline::redaction {
namespace {

std::string name_of(const OperatorRule& rule) {
  constexpr std::array<std::string_view, 4> kSelectors{"class", "path", "header", "annotation"};
  return std::string(kSelectors[static_cast<size_t>(rule.selector)]) + " " + rule.name;
}

void write_row(json::Writer& out, const Tally::Row& row, const Tally::Count& count) {
  out.begin_object().member("class", class_info(row.class_id).id);
  out.member("rule", rule_name(row.rule)).member("part", part_name(row.place.part));
  if (!row.place.name.empty()) out.member("name", row.place.name);
  if (!row.place.path.empty()) out.member("path", row.place.path);
  out.member("operator", operator_name(row.op)).member("count", count.count);
  if (!count.tag.empty()) out.member("tag", count.tag);
  out.end_object();
}

}  // namespace

void Tally::add(const Row& row, uint64_t count, std::string_view tag) {
  by_class_[static_cast<size_t>(row.class_id)] += count;
  const auto known = rows_.find(row);
  if (known != rows_.end()) {
    known->second.count += count;
  } else if (rows_.size() < kRowsMax) {
    rows_.emplace(row, Count{count, std::string(tag)});
  } else {
    left_out_ += count;
  }
}

void Tally::add_bound(const OperatorRule& rule, uint64_t count) { bound_[name_of(rule)] += count; }

void Tally::add(const Tally& other) {
  for (const auto& [row, count] : other.rows_) add(row, count.count, count.tag);
  for (const auto& [name, count] : other.bound_) bound_[name] += count;
  for (size_t i = 0; i < kept_.size(); ++i) kept_[i] += other.kept_[i];
  left_out_ += other.left_out_;
}

std::string Tally::to_json_lines() const {
  std::string text;
  for (const auto& [row, count] : rows_) {
    json::Writer out;
    write_row(out, row, count);
    text += out.take() + "\n";
  }
  json::Writer out;
  out.begin_object().member("summary", uint64_t{1}).member("left_out", left_out_);
  out.key("kept").begin_object();
  for (size_t i = 0; i < kept_.size(); ++i) {
    if (kept_[i] > 0) out.member(kClasses[i].id, kept_[i]);
  }
  out.end_object().key("never_fired").begin_array();
  for (size_t i = 0; i < by_class_.size(); ++i) {
    if (by_class_[i] == 0) out.value(kClasses[i].id);
  }
  out.end_array().key("bound_nothing").begin_array();
  for (const auto& [name, count] : bound_) {
    if (count == 0) out.value(name);
  }
  out.end_array().end_object();
  return text + out.take() + "\n";
}

}  // namespace faultline::redaction
