// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"
#include "proxy/record/har.h"
#include "proxy/record/har_splitter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// Whatever the bytes, the first of which chooses the size of the reads: the entries are the same
// for any size; of a text that JSON parses to an object with one log that has one entries array,
// they are that array's elements; and a text that ends well is JSON, its entries aside.

namespace {

using faultline::record::HarSplitter;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Split {
  std::vector<std::string> entries;
  bool is_whole = false;
};

Split split(std::string_view text, size_t piece) {
  HarSplitter splitter([&text, piece](char* to, size_t size) -> faultline::Result<size_t> {
    const size_t count = std::min({piece, size, text.size()});
    text.copy(to, count);
    text.remove_prefix(count);
    return count;
  });
  Split result;
  for (;;) {
    const auto entry = splitter.next();
    if (!entry) return result;
    if (!*entry) {
      result.is_whole = true;
      return result;
    }
    require((*entry)->position == result.entries.size());
    result.entries.emplace_back((*entry)->text);
    const auto read = faultline::record::decode_har_entry((*entry)->text, (*entry)->position);
    if (read) require(!read->exchange.request.method.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(data + 1, data + size);
  const Split small = split(text, data[0] % 16 + 1);
  const Split large = split(text, text.size() + 1);
  require(small.entries == large.entries);
  require(small.is_whole == large.is_whole);

  bool are_entries_json = true;
  for (const auto& entry : small.entries) {
    if (!faultline::json::Document::parse(entry)) are_entries_json = false;
  }
  const auto document = faultline::json::Document::parse(text);
  // A name that stands twice is refused, and what is too deep for one parser call may be split.
  if (small.is_whole && are_entries_json && !text.starts_with("\xEF\xBB\xBF")) {
    require(document.has_value() || text.size() > 1000);
  }
  if (!document || !document->duplicate_keys().empty() || !document->root().is_object()) return 0;
  const auto log = document->root().find("log");
  if (!log || !log->is_object()) return 0;
  const auto entries = log->find("entries");
  if (!entries || !entries->is_array()) return 0;
  require(small.is_whole);
  require(small.entries.size() == entries->size());
  size_t position = 0;
  for (const auto entry : entries->elements()) {
    const auto span = entry.span();
    require(small.entries[position++] == text.substr(span.offset, span.length));
  }
  return 0;
}
