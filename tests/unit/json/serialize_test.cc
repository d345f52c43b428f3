// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/serialize.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::json {
namespace {

TEST(JsonSerialize, WritesCompactTextWithTheSourcesNumbers) {
  struct Case {
    std::string text;
    std::string written;
  };
  const std::vector<Case> cases = {
      {" { \"b\" : [ 1.50 , -0 , 1E+2 ] , \"a\" : { } , \"c\" : [ ] } ",
       R"({"b":[1.50,-0,1E+2],"a":{},"c":[]})"},
      {R"("\u0041\n\"")", R"("A\n\"")"},
      {"[true,false,null]", "[true,false,null]"},
  };
  for (const auto& c : cases) {
    const auto document = Document::parse(c.text);
    ASSERT_TRUE(document);
    EXPECT_EQ(to_text(document->root()), c.written);
  }
}

}  // namespace
}  // namespace faultline::json
