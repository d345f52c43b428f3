// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <filesystem>

#include <signal.h>

namespace faultline::e2e {
namespace {

bool has_journal_bytes(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/journal", ignored)) {
    if (entry.is_regular_file() && entry.file_size() > 0) return true;
  }
  return false;
}

TEST(Crash, AKilledRunIsStillReadAndWhatIsMissingIsNamed) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  const std::vector<std::string> urls(100, faultline.url("/orders"));
  // Whole buffers reach the disk during the run; the rest is what a kill costs.
  for (int i = 0; i < 50 && !has_journal_bytes(faultline.folder()); ++i) curl(urls);
  ASSERT_TRUE(has_journal_bytes(faultline.folder()));

  faultline.process().signal(SIGKILL);
  EXPECT_EQ(faultline.process().wait(), -SIGKILL);
  const TempFolder output;
  const auto check = run_faultline({"check", "--contract", fixture("shop.openapi.yaml"), "-o",
                                    output.path(), faultline.folder()});

  EXPECT_EQ(check.code, 1) << "the natural finding is still found\n" << check.errors;
  EXPECT_NE(check.errors.find("was never sealed"), std::string::npos) << check.errors;
  for (const char* file : {"findings.json", "stats.json", "analysis.md", "redaction-proof.json"}) {
    EXPECT_NE(check.errors.find(std::string(file) + " is missing"), std::string::npos)
        << check.errors;
  }
  const auto accounting = read_accounting(only_run(output.path()));
  EXPECT_GT(accounting.checked, 0U);
  EXPECT_EQ(accounting.seen, accounting.checked + accounting.skipped + accounting.dropped);
  EXPECT_EQ(read_findings(only_run(output.path())).size(), 1U);
}

TEST(Crash, AKillWhileTheReportsAreWrittenLeavesWholeFilesOnly) {
  const Nginx nginx;
  for (const std::string file :
       {"findings.json", "stats.json", "analysis.md", "redaction-proof.json"}) {
    SCOPED_TRACE(file);
    const TempFolder folder;
    Faultline faultline({"-c", folder.write("faultline.yaml", config_text(nginx.address(), ""))});
    curl({faultline.url("/orders")});
    const std::string run = faultline.folder();

    faultline.process().signal(SIGTERM);
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(run + "/" + file); }));
    faultline.process().signal(SIGKILL);  // to a zombie at the latest: it is not waited for yet
    static_cast<void>(faultline.process().wait());

    for (const auto& [name, text] : read_all_files(run)) {
      if (!name.ends_with(".json")) continue;
      EXPECT_TRUE(nlohmann::json::accept(text)) << name << " is torn:\n" << text;
    }
    const TempFolder output;
    const auto check = run_faultline(
        {"check", "--contract", fixture("shop.openapi.yaml"), "-o", output.path(), run});
    EXPECT_EQ(check.code, 1) << check.errors;
    EXPECT_EQ(read_findings(only_run(output.path())).size(), 1U);
  }
}

}  // namespace
}  // namespace faultline::e2e
