// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/redact/engines.h"

#if defined(FL_HYPERSCAN)

#include <hs.h>

namespace faultline::bench {
namespace {

class Hyperscan final : public Engine {
 public:
  Hyperscan() {
    const auto rules = rule_patterns();
    std::vector<const char*> patterns;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const auto& rule : rules) {
      ids.push_back(static_cast<unsigned>(patterns.size()));
      patterns.push_back(rule.pattern.c_str());
      flags.push_back(HS_FLAG_SINGLEMATCH);
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                         static_cast<unsigned>(patterns.size()), HS_MODE_BLOCK, nullptr, &database_,
                         &error) == HS_SUCCESS) {
      hs_alloc_scratch(database_, &scratch_);
    }
    hs_free_compile_error(error);
  }
  ~Hyperscan() override {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }
  Hyperscan(const Hyperscan&) = delete;
  Hyperscan& operator=(const Hyperscan&) = delete;

  [[nodiscard]] std::string name() const override {
    return scratch_ != nullptr ? "Hyperscan, 4 KB blocks" : "Hyperscan did not compile";
  }
  [[nodiscard]] size_t scan(std::string_view text) override {
    size_t count = 0;
    const auto on_match = [](unsigned /*id*/, unsigned long long /*from*/,
                             unsigned long long /*to*/, unsigned /*flags*/, void* context) {
      ++*static_cast<size_t*>(context);
      return 0;
    };
    for (size_t at = 0; scratch_ != nullptr && at < text.size(); at += 4096) {
      const std::string_view block = text.substr(at, 4096);
      hs_scan(database_, block.data(), static_cast<unsigned>(block.size()), 0, scratch_, on_match,
              &count);
    }
    return count;
  }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
};

}  // namespace

std::unique_ptr<Engine> make_hyperscan_engine() { return std::make_unique<Hyperscan>(); }

}  // namespace faultline::bench

#else

namespace faultline::bench {

std::unique_ptr<Engine> make_hyperscan_engine() { return nullptr; }

}  // namespace faultline::bench

#endif
