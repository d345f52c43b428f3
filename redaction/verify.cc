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

// What every window is looked at with, and what is made of it.
struct Examination {
  const verify::Scanner& scanner;
  const VerifyOptions& options;
  Proof& proof;

  void add(uint64_t offset, std::string_view detector, std::string_view encoding,
           const std::string& file) {
    const auto& open = options.open_classes;
    if (std::find(open.begin(), open.end(), detector) != open.end()) {
      ++proof.open_hits[std::string(detector)];
      return;
    }
    ++proof.leak_count;
    if (proof.leaks.size() == kLeaksKept) return;
    proof.leaks.push_back({file, offset, std::string(detector), std::string(encoding)});
  }

  // Hits that begin in [from, to) count.
  void look(std::string_view window, uint64_t base, std::pair<size_t, size_t> answers_for,
            const std::string& file) {
    std::vector<verify::Hit> hits;
    scanner.scan(window, base > 0, hits);
    const auto counts = [&](size_t begin) {
      return begin >= answers_for.first && begin < answers_for.second;
    };
    for (const auto& hit : hits) {
      if (counts(hit.begin)) add(base + hit.begin, hit.detector, hit.encoding, file);
    }
    if (options.echo == nullptr) return;
    std::vector<EchoHit> echoes;
    options.echo->scan(window, echoes);
    for (const auto& hit : echoes) {
      if (counts(hit.begin)) add(base + hit.begin, "echo", hit.encoding, file);
    }
  }
};

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
                 Examination& examination) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::IoFailed, "cannot open " + file);
  std::string window;
  uint64_t base = 0;
  for (bool at_end = false; !at_end;) {
    const size_t kept = window.size();
    FL_TRY(at_end, read_more(in, kWindowBytes - kept, file, window));
    examination.proof.bytes += window.size() - kept;
    const size_t from = base == 0 ? 0 : kOverlapBytes / 2;
    const size_t to = at_end ? window.size() : window.size() - kOverlapBytes / 2;
    examination.look(window, base, {from, to}, file);
    if (!at_end) {
      base += window.size() - kOverlapBytes;
      window.erase(0, window.size() - kOverlapBytes);
    }
  }
  ++examination.proof.files;
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

Result<Proof> verify_folder(const std::string& folder, const VerifyOptions& options) {
  FL_TRY(const auto files, list_files(folder));
  const verify::Scanner scanner(options.canaries);
  Proof proof;
  proof.canaries = scanner.canaries();
  proof.negative_control_ok = scanner.passes_negative_control();
  if (options.echo != nullptr) {
    proof.has_echo = true;
    proof.echo_values = options.echo->values();
    proof.echo_left_out = options.echo->left_out();
  }
  Examination examination{scanner, options, proof};
  for (const auto& file : files) {
    if (std::find(options.skip.begin(), options.skip.end(), file) != options.skip.end()) continue;
    // The name is the leak, so it is not repeated.
    examination.look(file, 0, {0, file.size()}, "(file name)");
    FL_CHECK_OK(scan_file(std::filesystem::path(folder) / file, file, examination));
  }
  return proof;
}

Result<Proof> verify_folder(const std::string& folder, const std::vector<std::string>& canaries,
                            const std::vector<std::string>& skip) {
  VerifyOptions options;
  options.canaries = canaries;
  options.skip = skip;
  return verify_folder(folder, options);
}

namespace {

std::string json_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + json_quote(text);
  return "[" + out + "]";
}

}  // namespace

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
  if (proof.has_echo) {
    member("echo_values", std::to_string(proof.echo_values));
    member("echo_left_out", std::to_string(proof.echo_left_out));
  }
  if (proof.planted.positions > 0) {
    member("planted", std::to_string(proof.planted.positions));
    member("planted_survived", json_list(proof.planted.survived));
  }
  if (!proof.open_hits.empty()) {
    std::string hits;
    for (const auto& [id, count] : proof.open_hits) {
      hits += (hits.empty() ? "" : ", ") + json_quote(id) + ": " + std::to_string(count);
    }
    member("open_by_policy", "{" + hits + "}");
  }
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
