// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// One table for both: what the redactor replaces and the second scan does not know, or the other
// way round, would leave one of them blind.
#include "redaction/classes.h"
#include "redaction/patterns.h"
#include "redaction/sampler.h"
#include "redaction/verify_detectors.h"
#include "redaction/verify_scan.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace faultline::redaction::testing {
namespace {

std::string id_of(ClassId id) { return std::string(class_info(id).id); }

// Checksums that no draw gets right: examples that the specifications print.
std::string sample_for(ClassId id, std::string_view pattern, validate::Check check, uint64_t seed) {
  if (check == validate::Check::Bech32) return "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
  if (check == validate::Check::Ethereum) return "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  if (check == validate::Check::Base58Check) {
    return id == ClassId::Bitcoin ? "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
                                  : "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
  }
  const auto sample = sample_of(pattern, check, seed);
  EXPECT_TRUE(sample) << pattern;
  return sample.value_or("");
}

TEST(ClassTable, NamesEachClassOnceAndInLowerCase) {
  std::set<std::string_view> ids;
  for (const auto& info : kClasses) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_EQ(info.tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz"), std::string_view::npos)
        << info.id;
  }
  EXPECT_GE(kClasses.size(), 170U);
  for (const auto& entry : samples()) EXPECT_EQ(ids.count(entry.class_id), 1U) << entry.class_id;
}

TEST(ClassTable, EveryClassFoundByItsFormHasAForm) {
  std::set<ClassId> formed;
  for (const auto& row : kPatterns) formed.insert(row.class_id);
  for (const auto& row : kContexts) formed.insert(row.class_id);
  for (const auto& row : kForms) formed.insert(row.class_id);
  formed.insert(ClassId::AwsSecret);       // beside a key id
  formed.insert(ClassId::GenericEntropy);  // any long run
  formed.insert(ClassId::KnownValue);      // what the configuration says
  formed.insert(ClassId::Dictionary);
  for (size_t i = 0; i < kClasses.size(); ++i) {
    const auto id = static_cast<ClassId>(i);
    const Reach reach = kClasses[i].reach;
    const bool by_form = reach == Reach::Text || reach == Reach::Both;
    EXPECT_EQ(formed.count(id) == 1, by_form) << kClasses[i].id;
  }
}

TEST(ClassTable, EveryExpressionCompilesAndAllOfThemStaySmall) {
  PatternSet patterns(true);

  EXPECT_TRUE(patterns.compile_all());

  // Instructions of 16 bytes; the automata built from them come on top and are bounded by RE2.
  EXPECT_LT(patterns.program_size(), 200000U);
}

TEST(ClassTable, EveryAnchorStandsWhereItsRowSays) {
  for (const auto& row : kPatterns) {
    for_each_part(row.anchors, [&](std::string_view anchor) {
      EXPECT_GE(anchor.size(), 2U) << anchor;
      EXPECT_LT(anchor.size(), 40U) << anchor;
    });
    const std::string sample = sample_of(row.pattern, 7);
    bool stands = false;
    for_each_part(row.anchors, [&](std::string_view anchor) {
      stands = stands || (sample.size() > row.offset &&
                          std::string_view(sample).substr(row.offset).starts_with(anchor));
    });
    EXPECT_TRUE(stands) << row.pattern << " gave " << sample;
  }
}

// The operator that is printed for a class is the one its values meet without a policy.
TEST(ClassTable, EveryPatternMeetsTheOperatorOfItsClass) {
  for (const auto& row : kPatterns) {
    const ClassInfo& info = class_info(row.class_id);
    if (info.tier == Tier::OptIn) continue;
    const std::string value = sample_for(row.class_id, row.pattern, row.check, 1);
    SCOPED_TRACE(std::string(info.id) + ": " + value);
    const std::string text = "x " + value + " , y";
    const auto redactor = make_redactor();

    const auto marks = redactor->explain(text, TextFormat::Auto);
    const std::string redacted = redactor->redact_text(text).view();

    const auto mark = std::find_if(marks.begin(), marks.end(),
                                   [&](const Mark& m) { return m.class_id == info.id; });
    ASSERT_NE(mark, marks.end());
    EXPECT_EQ(operator_name(mark->op), default_operator_name(info.op));
    const bool is_tagged =
        redacted.find("redacted-" + std::string(info.tag) + "-") != std::string::npos;
    EXPECT_EQ(is_tagged, info.op == DefaultOperator::Hmac) << redacted;
  }
}

// Off unless the pack is on; then with an operator like any other, and stable.
TEST(ClassTable, ClassesOfTierOptInAreFoundWithTheirPackOnly) {
  std::vector<std::pair<ClassId, std::string>> texts = {
      {ClassId::GenericEntropy, "ref q9Zt2LmX7vKp4RsW8nBd3HcJ6yTf end"}};
  for (const auto& row : kPatterns) {
    if (class_info(row.class_id).tier != Tier::OptIn) continue;
    texts.emplace_back(row.class_id,
                       "x " + sample_for(row.class_id, row.pattern, row.check, 1) + " , y");
  }
  for (const auto& row : kContexts) {
    if (class_info(row.class_id).tier != Tier::OptIn) continue;
    for_each_part(row.words, [&](std::string_view word) {
      texts.emplace_back(row.class_id, std::string(word) + " is " +
                                           sample_for(row.class_id, row.pattern, row.check, 1) +
                                           " , y");
    });
  }
  EXPECT_GE(texts.size(), 4U);
  for (const auto& [id, text] : texts) {
    SCOPED_TRACE(id_of(id) + ": " + text);
    const auto without = make_redactor();
    auto with = Redactor::create({{"default", "opt-in"}}, fake_crypto(), "test key");
    ASSERT_TRUE(with.has_value());

    const auto marks = (*with)->explain(text, TextFormat::Auto);
    const std::string redacted = (*with)->redact_text(text).view();

    EXPECT_EQ(without->redact_text(text).view(), text);
    ASSERT_EQ(marks.size(), 1U);
    EXPECT_EQ(marks[0].class_id, class_info(id).id);
    EXPECT_NE(redacted, text);
    EXPECT_EQ((*with)->redact_text(redacted).view(), redacted);
  }
}

TEST(ClassTable, EveryPatternIsReplacedAndFoundByTheSecondScan) {
  const verify::Scanner scanner({});
  for (const auto& row : kPatterns) {
    if (class_info(row.class_id).tier == Tier::OptIn) continue;
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      const std::string value = sample_for(row.class_id, row.pattern, row.check, seed);
      SCOPED_TRACE(id_of(row.class_id) + ": " + value);
      const std::string text = "x " + value + " , y";
      const auto redactor = make_redactor();

      const auto redacted = redactor->redact_text(text);
      std::vector<verify::Hit> found;
      scanner.scan(text, false, found);

      EXPECT_EQ(redactor->totals().count(id_of(row.class_id)), 1U) << redacted.view();
      EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](const verify::Hit& hit) {
        return hit.detector == id_of(row.class_id);
      }));
      std::vector<verify::Hit> left;
      scanner.scan(redacted.view(), false, left);
      EXPECT_TRUE(left.empty()) << left[0].detector << " in " << redacted.view();
    }
  }
}

TEST(ClassTable, EveryContextIsReplacedBehindEachOfItsWords) {
  const verify::Scanner scanner({});
  for (const auto& row : kContexts) {
    if (class_info(row.class_id).tier == Tier::OptIn) continue;
    for_each_part(row.words, [&](std::string_view word) {
      const std::string value = sample_for(row.class_id, row.pattern, row.check, word.size());
      for (const char separator : {' ', '_'}) {
        std::string spelled(word);
        std::replace(spelled.begin(), spelled.end(), '-', separator);
        const std::string text = "their " + spelled + " is " + value + ".";
        SCOPED_TRACE(text);
        const auto redactor = make_redactor();

        const std::string redacted = redactor->redact_text(text).view();

        EXPECT_EQ(redacted.find(value), std::string::npos) << redacted;
        EXPECT_FALSE(redactor->totals().empty());
        std::vector<verify::Hit> left;
        scanner.scan(redacted, false, left);
        EXPECT_TRUE(left.empty()) << left[0].detector << " in " << redacted;
      }
    });
  }
}

TEST(ClassTable, TheNegativeControlHoldsASampleForEveryDetector) {
  const verify::Detectors detectors;
  std::vector<verify::DetectorHit> hits;

  detectors.scan(verify::dirty_text(), hits);

  for (const auto id : detectors.ids()) {
    EXPECT_TRUE(std::any_of(hits.begin(), hits.end(), [id](const verify::DetectorHit& hit) {
      return hit.detector == id;
    })) << id;
  }
}

TEST(ClassTable, ContextsNeedTheirWord) {
  for (const auto& row : kContexts) {
    if (class_info(row.class_id).tier == Tier::OptIn) continue;
    const std::string value = sample_for(row.class_id, row.pattern, row.check, 3);
    const std::string text = "item " + value + " of the list";
    const auto redactor = make_redactor();

    (void)redactor->redact_text(text);

    EXPECT_EQ(redactor->totals().count(id_of(row.class_id)), 0U) << text;
  }
}

TEST(ClassTable, TheDocumentIsCurrent) {
  const std::string path = std::string(FL_SOURCE_DIR) + "/redaction/classes.md";
  if (std::getenv("FAULTLINE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << classes_markdown();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();

  EXPECT_EQ(text.str(), classes_markdown()) << "FAULTLINE_UPDATE_GOLDEN=1 writes it anew";
}

TEST(ClassTable, TheListingIsJsonLines) {
  std::istringstream lines(classes_json_lines());
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_TRUE(is_valid_json(line));
  EXPECT_EQ(count, kClasses.size());
}

}  // namespace
}  // namespace faultline::redaction::testing
