// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fuzz/json_twins_support.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <string_view>

namespace faultline::json {
namespace {

/// simdjson picks the kernel that fits the machine; this puts another in its place for a while.
class ChosenKernel {
 public:
  explicit ChosenKernel(const simdjson::implementation* kernel)
      : before_(simdjson::get_active_implementation()) {
    simdjson::get_active_implementation() = kernel;
  }
  ~ChosenKernel() { simdjson::get_active_implementation() = before_; }
  ChosenKernel(const ChosenKernel&) = delete;
  ChosenKernel& operator=(const ChosenKernel&) = delete;

 private:
  const simdjson::implementation* before_;
};

TEST(JsonKernels, AllFindTheSameTokens) {
  const std::string text =
      R"({"plain":[1,-2.5e3,true,false,null,{},[],""],"esc\"aped\\":"\\\"\u00e9","caf)"
      "\xC3\xA9\":\"\xF0\x9F\x98\x80\", \"last one\" \t:\r\n[ 1 , \"x\" ] }";
  size_t kernels = 0;
  for (const simdjson::implementation* kernel : simdjson::get_available_implementations()) {
    if (!kernel->supported_by_runtime_system()) continue;
    SCOPED_TRACE(kernel->name());
    const ChosenKernel chosen(kernel);
    ++kernels;
    EXPECT_TRUE(ParserAccess::by_index(text));
    for (size_t at = 0; at <= text.size(); ++at) {
      EXPECT_EQ(disagreement(std::string_view(text).substr(at)), "") << at;
      for (const char c : {'"', '\\', '{', ']', ',', '0', '\x1F', '\x80'}) {
        std::string changed = text;
        changed.insert(at, 1, c);
        EXPECT_EQ(disagreement(changed), "") << changed;
      }
    }
  }
  EXPECT_GE(kernels, 1U);
}

}  // namespace
}  // namespace faultline::json
