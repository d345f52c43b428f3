// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/compiler.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/json_schema/registry.h"
#include "contracts/problems.h"
#include "proxy/base/text.h"
#include "proxy/json/serialize.h"
#include "tests/heap/counting_new.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The official JSON-Schema-Test-Suite, from the place that JSON_SCHEMA_TEST_SUITE names. Every case
// is judged twice, by the fast mode and by the exhaustive one.
namespace faultline::contracts::json_schema {
namespace {

namespace fs = std::filesystem;

struct Draft {
  const char* folder;
  Dialect dialect;
};
constexpr Draft kDrafts[] = {{"draft4", Dialect::Draft4},
                             {"draft6", Dialect::Draft6},
                             {"draft7", Dialect::Draft7},
                             {"draft2019-09", Dialect::Draft2019},
                             {"draft2020-12", Dialect::Draft2020}};

struct Score {
  size_t passed = 0;
  size_t total = 0;
  [[nodiscard]] double percent() const {
    return total == 0 ? 0 : 100.0 * static_cast<double>(passed) / static_cast<double>(total);
  }
};

std::string read_text(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class Suite : public testing::Test {
 protected:
  void SetUp() override {
    const char* place = std::getenv("JSON_SCHEMA_TEST_SUITE");
    if (place == nullptr || *place == '\0') {
      GTEST_SKIP() << "JSON_SCHEMA_TEST_SUITE is not set: the official suite was not run";
    }
    root_ = place;
    ASSERT_TRUE(fs::is_directory(root_ / "tests")) << root_ << " holds no suite";
    for (const auto& entry : fs::recursive_directory_iterator(root_ / "remotes")) {
      if (entry.path().extension() != ".json") continue;
      const std::string uri =
          "http://localhost:1234/" + fs::relative(entry.path(), root_ / "remotes").string();
      ASSERT_TRUE(registry_.add_json(uri, read_text(entry.path()))) << uri;
    }
    read_exceptions();
  }

  void read_exceptions() {
    const std::string text =
        read_text(FL_SOURCE_DIR "/tests/conformance/json_schema/exceptions.txt");
    for (const auto line : split(text, '\n')) {
      if (line.empty() || line.starts_with('#')) continue;
      const auto fields = split(line, '|');
      ASSERT_EQ(fields.size(), 4U) << line;
      ASSERT_FALSE(trim(fields[3]).empty()) << "no reason: " << line;
      exceptions_.insert(std::string(trim(fields[0])) + " | " + std::string(trim(fields[1])) +
                         " | " + std::string(trim(fields[2])));
    }
  }

  Score run_file(const fs::path& path, const CompileOptions& options) {
    Score score;
    const auto file = std::make_shared<const SourceFile>(path.string(), read_text(path));
    const auto document = json::Document::parse(file->text());
    EXPECT_TRUE(document) << path;
    if (!document) return score;
    const std::string name = fs::relative(path, root_ / "tests").string();
    for (const json::Value group : document->root().elements()) {
      run_group(name, group, options, score);
    }
    return score;
  }

  void run_group(const std::string& file_name, json::Value group, const CompileOptions& options,
                 Score& score) {
    const auto file =
        std::make_shared<const SourceFile>("schema.json", json::to_text(*group.find("schema")));
    const auto schema = json::Document::parse(file->text());
    ASSERT_TRUE(schema);
    Problems problems(file);
    Compiler compiler(schema->root(), options, problems);
    const SchemaId id = compiler.add(schema->root());
    const Program program = compiler.finish();
    const std::string problem_text = render_diagnostics(problems.take());
    for (const json::Value test : group.find("tests")->elements()) {
      const std::string name = file_name + " | " +
                               std::string(group.find("description")->string()) + " | " +
                               std::string(test.find("description")->string());
      const std::string data = json::to_text(*test.find("data"));
      const auto value = json::Document::parse(data);
      ASSERT_TRUE(value) << name;
      const Outcome fast = verdict(program, id, value->root(), Direction::Response);
      const size_t allocated = allocation_count();
      const Outcome again = verdict(program, id, value->root(), Direction::Response);
      const size_t taken = allocation_count() - allocated;
      EXPECT_EQ(fast, again) << name;
      if (taken > 0) allocating_.insert(name);
      Report report;
      const Outcome full = collect(program, id, value->root(), Direction::Response, report);
      EXPECT_EQ(fast, full) << name;
      EXPECT_EQ(full == Outcome::Invalid, !report.errors.empty()) << name;
      const bool passes =
          fast == (test.find("valid")->boolean() ? Outcome::Valid : Outcome::Invalid);
      ++score.total;
      if (passes) ++score.passed;
      note(name, passes, problem_text);
    }
  }

  void note(const std::string& name, bool passes, const std::string& problems) {
    const bool is_listed = exceptions_.contains(name);
    if (is_listed) met_.insert(name);
    if (passes == !is_listed) return;
    if (passes) {
      ADD_FAILURE() << "listed as an exception, but passes: " << name;
    } else {
      ADD_FAILURE() << name << "\n" << problems;
    }
  }

  /// evaluator.h names what takes memory; of that the optional cases hold the formats with
  /// international names and asserted content.
  void expect_known_allocations() {
    for (const std::string& name : allocating_) {
      EXPECT_TRUE(name.find("/idn-") != std::string::npos ||
                  name.find("/hostname.json") != std::string::npos ||
                  name.find("/content.json") != std::string::npos)
          << "allocates: " << name;
    }
    allocating_.clear();
  }

  fs::path root_;
  Registry registry_;
  std::set<std::string> exceptions_;
  std::set<std::string> met_;
  std::set<std::string> allocating_;  // judged in the fast mode for the second time
};

TEST_F(Suite, IsPassed) {
  for (const Draft& draft : kDrafts) {
    SCOPED_TRACE(draft.folder);
    const fs::path folder = root_ / "tests" / draft.folder;
    CompileOptions options;
    options.dialect = draft.dialect;
    options.registry = &registry_;
    Score required;
    Score optional;
    Score format;
    const auto add = [](Score& sum, const Score& part) {
      sum.passed += part.passed;
      sum.total += part.total;
    };
    for (const auto& file : json_files(folder)) add(required, run_file(file, options));
    EXPECT_TRUE(allocating_.empty()) << *allocating_.begin();
    options.asserts_content = true;
    for (const auto& file : json_files(folder / "optional")) add(optional, run_file(file, options));
    options.formats = CompileOptions::Formats::Assert;
    for (const auto& file : json_files(folder / "optional" / "format")) {
      add(format, run_file(file, options));
    }
    expect_known_allocations();
    std::printf("%-13s required %4zu/%-4zu optional %3zu/%-3zu format %3zu/%-3zu\n", draft.folder,
                required.passed, required.total, optional.passed, optional.total, format.passed,
                format.total);
    EXPECT_GT(required.total, 600U);
    EXPECT_EQ(required.passed, required.total);
    EXPECT_GE(optional.percent(), 98.0);
    EXPECT_GE(format.percent(), 95.0);
  }
  for (const std::string& name : exceptions_) {
    EXPECT_TRUE(met_.contains(name)) << "listed as an exception, but not in the suite: " << name;
  }
}

}  // namespace
}  // namespace faultline::contracts::json_schema
