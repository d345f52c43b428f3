// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify.h"

#include "proxy/base/text.h"
#include "redaction/verify_scan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr size_t kLeaksKept = 1000;
// A file is scanned in windows that overlap; a window answers for what begins in its middle, so
// everything is seen with kOverlapBytes / 2 around it, more than the longest secret.
constexpr size_t kWindowBytes = 1024UL * 1024;
constexpr size_t kOverlapBytes = 64UL * 1024;

void add_leaks(const std::vector<verify::Hit>& hits, const std::string& file, uint64_t base,
               std::pair<size_t, size_t> answers_for, Proof& proof) {
  for (const auto& hit : hits) {
    if (hit.begin < answers_for.first || hit.begin >= answers_for.second) continue;
    ++proof.leak_count;
    if (proof.leaks.size() == kLeaksKept) continue;
    proof.leaks.push_back(
        {file, base + hit.begin, std::string(hit.detector), std::string(hit.encoding)});
  }
}

// Appends up to `count` bytes and says whether the file has ended.
Result<bool> read_more(std::ifstream& in, size_t count, const std::string& file,
                       std::string& window) {
  const size_t before = window.size();
  window.resize(before + count);
  in.read(window.data() + before, static_cast<std::streamsize>(count));
  if (in.bad()) return fail(ErrorCode::IoFailed, "cannot read " + file);
  window.resize(before + static_cast<size_t>(in.gcount()));
  return in.eof();
}

Status scan_file(const std::filesystem::path& path, const std::string& file,
                 const verify::Scanner& scanner, Proof& proof) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::IoFailed, "cannot open " + file);
  std::string window;
  uint64_t base = 0;
  for (bool at_end = false; !at_end;) {
    const size_t kept = window.size();
    FL_TRY(at_end, read_more(in, kWindowBytes - kept, file, window));
    proof.bytes += window.size() - kept;
    std::vector<verify::Hit> hits;
    scanner.scan(window, base > 0, hits);
    const size_t from = base == 0 ? 0 : kOverlapBytes / 2;
    const size_t to = at_end ? window.size() : window.size() - kOverlapBytes / 2;
    add_leaks(hits, file, base, {from, to}, proof);
    if (!at_end) {
      base += window.size() - kOverlapBytes;
      window.erase(0, window.size() - kOverlapBytes);
    }
  }
  ++proof.files;
  return {};
}

Result<std::vector<std::string>> list_files(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(folder, error);
  while (!error && at != std::filesystem::recursive_directory_iterator()) {
    if (at->is_regular_file(error) && !error) {
      files.push_back(at->path().lexically_relative(folder).generic_string());
    }
    if (!error) at.increment(error);
  }
  if (error) {
    return fail(ErrorCode::IoFailed, "cannot list " + folder.string() + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<Proof> verify_folder(const std::string& folder, const std::vector<std::string>& canaries,
                            const std::vector<std::string>& skip) {
  FL_TRY(const auto files, list_files(folder));
  const verify::Scanner scanner(canaries);
  Proof proof;
  proof.canaries = scanner.canaries();
  proof.negative_control_ok = scanner.passes_negative_control();
  for (const auto& file : files) {
    if (std::find(skip.begin(), skip.end(), file) != skip.end()) continue;
    std::vector<verify::Hit> hits;
    scanner.scan(file, false, hits);
    // The name is the leak, so it is not repeated.
    add_leaks(hits, "(file name)", 0, {0, file.size()}, proof);
    FL_CHECK_OK(scan_file(std::filesystem::path(folder) / file, file, scanner, proof));
  }
  return proof;
}

std::string proof_json(const Proof& proof) {
  std::string out = "{\n";
  const auto member = [&out](std::string_view name, const std::string& value) {
    out += "  " + json_quote(name) + ": " + value + ",\n";
  };
  member("version", "1");
  member("clean", proof.is_clean() ? "true" : "false");
  member("files", std::to_string(proof.files));
  member("bytes", std::to_string(proof.bytes));
  member("canaries", std::to_string(proof.canaries));
  member("negative_control_ok", proof.negative_control_ok ? "true" : "false");
  member("leak_count", std::to_string(proof.leak_count));
  out += "  \"leaks\": [";
  for (size_t i = 0; i < proof.leaks.size(); ++i) {
    const Leak& leak = proof.leaks[i];
    out += i == 0 ? "\n" : ",\n";
    out += "    {\"file\": " + json_quote(leak.file) +
           ", \"offset\": " + std::to_string(leak.offset) +
           ", \"detector\": " + json_quote(leak.detector) +
           ", \"encoding\": " + json_quote(leak.encoding) + "}";
  }
  out += proof.leaks.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return out;
}

}  // namespace faultline::redaction
