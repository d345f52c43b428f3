// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/engine.h"
#include "redaction/media_type.h"
#include "redaction/redactor.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// What a Redactor keeps between calls.
struct Redactor::Impl {
  using Counts = std::array<uint64_t, kClasses.size()>;
  struct Body {
    std::string text;
    std::string_view drop_reason;  // static; empty: kept
    std::vector<RedactedMessage::Replaced> replaced{};
  };

  Impl(OperatorTable table, PatternSet patterns, const Crypto& crypto, std::string_view key,
       Observer* observer)
      : policy(std::move(table)), engine(crypto, key, policy, observer, std::move(patterns)) {}

  /// The text with the edits that `make` appends, which are counted. `dropped`, when given, says
  /// whether the policy takes the whole thing out.
  template <typename Make>
  std::string rewrite(std::string_view text, Make make, bool* dropped = nullptr) {
    edits.clear();
    make(edits);
    if (edits.empty()) return std::string(text);
    note(edits);
    if (dropped != nullptr) *dropped = goes_as_a_whole(text, edits);
    return apply_edits(text, edits);
  }

  std::string text(std::string_view text) {
    return rewrite(text, [&](Edits& out) { engine.edit_document(text, out); });
  }

  /// A method, a version or the name of a field.
  std::string word(std::string_view word) {
    if (engine.is_clean_word(word)) return std::string(word);
    std::string redacted = text(word);
    // Rows of a policy may ask how often they let something stand.
    if (edits.empty() && policy.rows().empty()) engine.note_clean_word(word);
    return redacted;
  }

  [[nodiscard]] std::vector<RedactedMessage::Field> fields(Part part,
                                                           const std::vector<FieldView>& views);
  [[nodiscard]] Body body(const BodyPlan& plan, std::string_view body);
  void edit_format(TextFormat format, std::string_view text, Edits& out);
  /// What was counted since the last call; adds it to the totals.
  ClassCounts flush();

  OperatorTable policy;
  Engine engine;
  Edits edits;
  Counts counts{};                // since the last flush
  std::vector<size_t> counted{};  // the classes among them that were met
  Counts totals{};
  Tally tally;
  std::vector<Mark>* marks = nullptr;  // of an explanation under way

 private:
  void note(const Edits& made);
  [[nodiscard]] static bool goes_as_a_whole(std::string_view text, const Edits& made);
};

}  // namespace faultline::redaction
