// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/codes.h"

#include "tests/unit/rules/load_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace faultline::rules {
namespace {

// Adds the parts that an example leaves out.
std::string complete(std::string example) {
  if (example.find("version:") == std::string::npos) example = "version: 1\n" + example;
  if (example.find("listeners:") == std::string::npos) {
    const std::string listeners =
        "listeners:\n  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:80 }\n";
    example = listeners + example;
  }
  return example;
}

bool has_code(const LoadOutcome& outcome, std::string_view code) {
  for (const auto& d : outcome.diagnostics) {
    if (d.code == code) return true;
  }
  return false;
}

TEST(Codes, HaveExamplesThatDoWhatTheySay) {
  for (const auto& info : codes()) {
    SCOPED_TRACE(info.code);
    EXPECT_TRUE(has_code(load_text(complete(std::string(info.bad))), info.code));
    const auto good = load_text(complete(std::string(info.good)));
    EXPECT_EQ(short_errors(good), "");
    EXPECT_TRUE(good.config.has_value());
  }
}

TEST(Codes, AreUniqueAndAscend) {
  std::string_view before;
  for (const auto& info : codes()) {
    EXPECT_LT(before, info.code);
    before = info.code;
    EXPECT_FALSE(info.text.empty());
  }
}

// Every id that the sources of this room and of proxy/yaml use has its text.
TEST(Codes, ExplainEveryIdInTheSources) {
  std::set<std::string> used;
  for (const std::string folder : {"/rules", "/proxy/yaml"}) {
    for (const auto& entry : std::filesystem::directory_iterator(FL_SOURCE_DIR + folder)) {
      if (entry.path().extension() != ".cc" || entry.path().filename() == "codes.cc") continue;
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      const auto source = text.str();
      for (size_t at = source.find("\"FL0"); at != std::string::npos;
           at = source.find("\"FL0", at + 1)) {
        used.insert(source.substr(at + 1, 6));
      }
    }
  }
  std::set<std::string> explained;
  for (const auto& info : codes()) explained.emplace(info.code);
  EXPECT_EQ(used, explained);
}

TEST(Codes, ExplainWithBothExamples) {
  EXPECT_EQ(explain("FL0105"),
            "FL0105: an unknown word\n\n"
            "The key takes one of a fixed list of words.\n\n"
            "Wrong:\n    mirror: { mode: losless }\n\n"
            "Right:\n    mirror: { mode: lossless }\n");
  EXPECT_EQ(explain("FL9999"), std::nullopt);
  EXPECT_NE(explain("FL0007")->find("\\xff"), std::string::npos);
}

}  // namespace
}  // namespace faultline::rules
