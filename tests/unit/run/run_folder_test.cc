// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/run_folder.h"

#include "proxy/json/tape.h"
#include "proxy/tls/digest.h"
#include "tests/unit/run/run_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace faultline::run {
namespace {

using redaction::Redactor;
using test::make_folder;
using test::read_text;
using test::TempFolder;

constexpr std::string_view kShaOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(RunFolder, IsNamedByTimeNameAndSeed) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();

  const auto first = make_folder(temp.file("runs"), *crypto);
  const auto second = make_folder(temp.file("runs"), *crypto);
  const auto third = make_folder(temp.file("runs"), *crypto);

  EXPECT_EQ(first->id(), "20261121T091504Z-demo-42");
  EXPECT_EQ(second->id(), "20261121T091504Z-demo-42-2");
  EXPECT_EQ(third->id(), "20261121T091504Z-demo-42-3");
  EXPECT_EQ(first->path(), temp.file("runs") + "/20261121T091504Z-demo-42");
  EXPECT_FALSE(std::filesystem::exists(first->journal_path())) << "its writer makes it";
}

TEST(RunFolder, HoldsARunningManifestFromTheStart) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();

  const auto folder = make_folder(temp.path(), *crypto);

  const std::string text = read_text(folder->file_path("manifest.json"));
  const auto manifest = json::Document::parse(text);
  ASSERT_TRUE(manifest.has_value()) << text;
  const json::Value root = manifest->root();
  EXPECT_EQ(root.find("schema_version")->as_int64(), 1);
  EXPECT_EQ(root.find("run")->string(), folder->id());
  EXPECT_EQ(root.find("status")->string(), "running");
  EXPECT_EQ(root.find("name")->string(), "demo");
  EXPECT_EQ(root.find("seed")->as_int64(), 42);
  EXPECT_EQ(root.find("started")->string(), "2026-11-21T09:15:04Z");
  EXPECT_EQ(root.find("config_hash")->string(), "00000000000000c1");
  EXPECT_EQ(root.find("decision_version")->as_int64(), 1);
  EXPECT_TRUE(root.find("versions")->find("faultline").has_value());
  EXPECT_EQ(root.find("planned")->size(), standard_files().size());
  EXPECT_FALSE(root.find("files").has_value());
}

TEST(RunFolder, NamesWhatIsMissingInTheFolderOfAKilledRun) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  const auto folder = make_folder(temp.path(), *crypto);
  for (const char* name : {"config.resolved.yaml", "env.signature.json"}) {
    ASSERT_TRUE(folder->write_file(name, Redactor::vouch("x")).has_value());
  }
  ASSERT_TRUE(folder->open_append("events.jsonl").has_value());

  const auto found = inspect_run(folder->path(), *crypto);

  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->status, RunStatus::Running);
  EXPECT_FALSE(found->is_intact());
  EXPECT_EQ(found->run, folder->id());
  EXPECT_EQ(found->seed, 42U);
  EXPECT_EQ(found->missing, (std::vector<std::string>{"analysis.md", "contract-diff.json",
                                                      "errors.json", "findings.json", "junit.xml",
                                                      "redaction-proof.json", "stats.json"}));
  EXPECT_EQ(found->notes().front(),
            "run " + folder->id() + " was never sealed: it is still going or was killed");
  EXPECT_EQ(found->notes()[1], "analysis.md is missing");
}

TEST(RunFolder, SealsWithTheDigestOfEveryFile) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  const auto folder = make_folder(temp.path(), *crypto);
  ASSERT_TRUE(folder->write_file("stats.json", Redactor::vouch("abc")).has_value());
  std::filesystem::create_directory(folder->journal_path());
  test::write_text(folder->journal_path() + "/000001.jsonl", "abc");
  test::write_text(folder->file_path("left.over.part"), "abc");

  const auto sealed = folder->seal(
      {.status = RunStatus::Complete, .exit_code = 1, .decision_log_hash = "d1", .decisions = 7});

  ASSERT_TRUE(sealed.has_value()) << sealed.error().message;
  const std::string text = read_text(folder->file_path("manifest.json"));
  const auto manifest = json::Document::parse(text);
  ASSERT_TRUE(manifest.has_value()) << text;
  const json::Value root = manifest->root();
  EXPECT_EQ(root.find("status")->string(), "complete");
  EXPECT_EQ(root.find("exit_code")->as_int64(), 1);
  EXPECT_EQ(root.find("decisions")->find("count")->as_int64(), 7);
  EXPECT_EQ(root.find("decisions")->find("sha256")->string(), "d1");
  const json::Value files = *root.find("files");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files.at(0)->find("path")->string(), "journal/000001.jsonl");
  EXPECT_EQ(files.at(1)->find("path")->string(), "stats.json");
  EXPECT_EQ(files.at(1)->find("bytes")->as_int64(), 3);
  EXPECT_EQ(files.at(1)->find("sha256")->string(), kShaOfAbc);
  EXPECT_FALSE(root.find("planned").has_value());
  const auto found = inspect_run(folder->path(), *crypto);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_TRUE(found->is_intact());
  EXPECT_TRUE(found->notes().empty());
}

TEST(RunFolder, TellsWhatWasDoneToASealedFolder) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  const auto folder = make_folder(temp.path(), *crypto);
  for (const char* name : {"a.json", "b.json", "c.json"}) {
    ASSERT_TRUE(folder->write_file(name, Redactor::vouch("abc")).has_value());
  }
  ASSERT_TRUE(folder->seal({.status = RunStatus::Interrupted}).has_value());
  test::write_text(folder->file_path("a.json"), "abd");
  std::filesystem::remove(folder->file_path("b.json"));
  test::write_text(folder->file_path("d.json"), "");

  const auto found = inspect_run(folder->path(), *crypto);

  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->status, RunStatus::Interrupted);
  EXPECT_EQ(found->notes(),
            (std::vector<std::string>{
                "run " + folder->id() + " was stopped before its end", "b.json is missing",
                "a.json is not what the run wrote: its sha256 differs from manifest.json",
                "d.json is not in manifest.json: it was added after the run"}));
}

TEST(RunFolder, KeepsASeedOf64Bits) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  auto folder = RunFolder::create({.artifacts = temp.path(), .seed = UINT64_MAX}, *crypto);
  ASSERT_TRUE(folder.has_value());

  const auto found = inspect_run((*folder)->path(), *crypto);

  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->seed, UINT64_MAX);
  EXPECT_EQ((*folder)->id(), "19700101T000000Z-run-18446744073709551615");
}

TEST(RunFolder, ReplacesAFileAsAWholeOrNotAtAll) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  const auto folder = make_folder(temp.path(), *crypto);
  ASSERT_TRUE(folder->write_file("stats.json", Redactor::vouch("old")).has_value());

  Status full;
  {
    const test::FileSizeLimit limit(10);
    full = folder->write_file("stats.json", Redactor::vouch("a much longer text"));
  }
  const std::string after_failure = read_text(folder->file_path("stats.json"));
  const bool has_part = std::filesystem::exists(folder->file_path("stats.json.part"));
  ASSERT_TRUE(folder->write_file("stats.json", Redactor::vouch("new")).has_value());

  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().code, ErrorCode::DiskFull);
  EXPECT_EQ(full.error().message,
            "cannot write " + folder->file_path("stats.json.part") + ": File too large");
  EXPECT_EQ(after_failure, "old");
  EXPECT_FALSE(has_part);
  EXPECT_EQ(read_text(folder->file_path("stats.json")), "new");
}

TEST(RunFolder, NamesThePathItCannotMake) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  test::write_text(temp.file("file"), "");

  const auto folder = RunFolder::create({.artifacts = temp.file("file/runs")}, *crypto);

  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().message,
            "cannot make folder " + temp.file("file/runs") + ": Not a directory");
}

TEST(RunFolder, RefusesNamesThatAreNotPlain) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  const auto folder = make_folder(temp.path(), *crypto);
  for (const std::string name :
       {"", ".", "..", "../x", "a/b", "/etc/x", ".hidden", "a b", "a\nb"}) {
    SCOPED_TRACE(name);

    const auto run = RunFolder::create({.artifacts = temp.path(), .name = name}, *crypto);
    const auto written = folder->write_file(name, Redactor::vouch("x"));
    const auto opened = folder->open_append(name);

    ASSERT_FALSE(run.has_value());
    EXPECT_EQ(run.error().code, ErrorCode::InvalidArgument);
    EXPECT_FALSE(written.has_value());
    EXPECT_FALSE(opened.has_value());
  }
}

TEST(InspectRun, NamesWhatIsWrongWithAManifest) {
  struct Case {
    std::string manifest;
    std::string want;
  };
  const std::vector<Case> cases{
      {"[]", "want run, status and seed"},
      {R"({"run":"r","status":"running"})", "want run, status and seed"},
      {R"({"run":"r","status":"odd","seed":1})", "want run, status and seed"},
      {R"({"run":"r","status":"running","seed":-1,"planned":[]})", "want run, status and seed"},
      {R"({"run":"r","status":"running","seed":1})", "planned: want an array"},
      {R"({"run":"r","status":"running","seed":1,"planned":[1]})", "planned: want strings"},
      {R"({"run":"r","status":"complete","seed":1})", "files: want an array"},
      {R"({"run":"r","status":"complete","seed":1,"files":[{"path":"a"}]})",
       "files: want objects with path and sha256"},
  };
  const auto crypto = tls::make_crypto();
  for (const auto& c : cases) {
    SCOPED_TRACE(c.manifest);
    const TempFolder temp;
    test::write_text(temp.file("manifest.json"), c.manifest);

    const auto found = inspect_run(temp.path(), *crypto);

    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, ErrorCode::ParseFailed);
    EXPECT_EQ(found.error().message, temp.file("manifest.json") + ": " + c.want);
  }
}

TEST(InspectRun, SaysWhenAFolderIsNoRun) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();

  const auto found = inspect_run(temp.path(), *crypto);

  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::NotFound);
  EXPECT_EQ(found.error().message,
            "cannot open " + temp.file("manifest.json") + ": No such file or directory");
}

TEST(InspectRun, FollowsNoPathOutOfTheFolder) {
  const TempFolder temp;
  const auto crypto = tls::make_crypto();
  test::write_text(temp.file("manifest.json"),
                   R"({"run":"r","status":"complete","seed":1,"files":[)"
                   R"({"path":"../../etc/passwd","sha256":"x"}]})");

  const auto found = inspect_run(temp.path(), *crypto);

  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->missing, std::vector<std::string>{"../../etc/passwd"});
}

}  // namespace
}  // namespace faultline::run
