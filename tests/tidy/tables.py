# SPDX-License-Identifier: Apache-2.0
"""What the tidy checks hold the sources to. CONTRIBUTING.md gives the reasons."""

import re
from dataclasses import dataclass, field

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

SPDX = "SPDX-License-Identifier: Apache-2.0"
SECOND_LINE = "// Part of Faultline."

# Headers that CMake writes into the build folder; included by bare name.
GENERATED_HEADERS = {"faultline_version.inc", "fuzz_targets.inc"}

# Folders whose sources are exempt from bans on nondeterminism and from the third-party table.
FREE_FOLDERS = ("tests", "bench")

# Rooms that are pure functions over bytes and values: they see no socket and no loop.
PURE_ROOMS = {"json", "yaml", "rules", "redaction", "contracts"}


@dataclass(frozen=True)
class ThirdParty:
    """A library and the only files that may include it (prefix and endings)."""

    name: str
    header: str  # Regular expression over the path between < and >.
    allowed: tuple  # Patterns such as "proxy/io/*.cc", "proxy/cli/*", or one file.


def _cc(*folders):
    return tuple(f"{folder}/*.cc" for folder in folders)


# Contracts read bodies through their content codings, on a copy.
_CODINGS = _cc("proxy/coding", "proxy/kafka")

THIRD_PARTY = (
    ThirdParty("libuv", r"uv\.h|uv/.*", _cc("proxy/io")),
    ThirdParty("llhttp", r"llhttp\.h", _cc("proxy/http")),
    ThirdParty("nghttp2", r"nghttp2/.*", _cc("proxy/http")),
    ThirdParty("BoringSSL", r"openssl/.*", _cc("proxy/tls")),
    ThirdParty("libfyaml", r"libfyaml\.h", _cc("proxy/yaml")),
    ThirdParty("RE2", r"re2/.*", _cc("redaction", "contracts")),
    # Internationalised names: the tables of IDNA2008 are not ours to keep.
    ThirdParty("libidn2", r"idn2\.h", ("contracts/json_schema/format_idn.cc",)),
    ThirdParty("simdjson", r"simdjson\.h", _cc("proxy/json")),
    ThirdParty("nlohmann-json", r"nlohmann/.*", ("proxy/cli/*", "proxy/report/*.cc")),
    ThirdParty("CLI11", r"CLI/.*", ("proxy/cli/*",)),
    ThirdParty("spdlog", r"spdlog/.*", ("proxy/base/log.cc",)),
    ThirdParty("tl::expected", r"tl/.*", ("proxy/base/result.h",)),
    ThirdParty("fmt", r"fmt/.*", ("*",)),
    ThirdParty("xxHash", r"xxhash\.h|xxh3\.h", _cc("proxy/base")),
    ThirdParty("protobuf", r"google/protobuf/.*", _cc("contracts")),
    ThirdParty("librdkafka", r"librdkafka/.*", _cc("proxy/mirror", "proxy/record")),
    ThirdParty("SQLite", r"sqlite3\.h", _cc("proxy/record")),
    ThirdParty("zlib", r"zlib\.h", _CODINGS),
    ThirdParty("Brotli", r"brotli/.*", _CODINGS),
    ThirdParty("Zstandard", r"zstd(_errors)?\.h", _CODINGS),
    ThirdParty("LZ4", r"lz4(frame|hc)?\.h", _CODINGS),
    ThirdParty("Snappy", r"snappy(-c)?\.h", _CODINGS),
    ThirdParty("GoogleTest", r"(gtest|gmock)/.*", ()),
    ThirdParty("Google Benchmark", r"benchmark/.*", ()),
)

# C libraries whose types are reached through casts. A .cc file that includes one may cast.
C_LIBRARY = re.compile(
    r"uv\.h|uv/.*|llhttp\.h|nghttp2/.*|openssl/.*|libfyaml\.h|idn2\.h|xxhash\.h|sqlite3\.h|zlib\.h"
    r"|brotli/.*|zstd\.h|lz4.*\.h|librdkafka/.*|sys/socket\.h|netinet/.*|arpa/inet\.h|netdb\.h")

STANDARD_HEADER = re.compile(r"[a-z_0-9]+")  # C++ headers have no ending.
SYSTEM_HEADER = re.compile(
    r"(sys|netinet|arpa|linux|net|asm)/[\w/]+\.h|(assert|cpuid|ctype|dirent|dlfcn|endian|errno"
    r"|execinfo|fcntl|features|getopt|glob|ifaddrs|immintrin|inttypes|limits|locale|malloc|netdb"
    r"|poll|pthread|pwd|sched|signal|spawn|stdarg|stddef|stdint|stdio|stdlib|string|strings|syslog"
    r"|termios|time|ucontext|unistd|utime|wchar|x86intrin)\.h")
SOCKET_HEADER = re.compile(
    r"sys/(socket|epoll|timerfd|eventfd|un)\.h|netinet/.*|arpa/.*|netdb\.h|poll\.h|net/.*")


@dataclass(frozen=True)
class Ban:
    """An identifier that may stand in code only in some places."""

    name: str
    pattern: re.Pattern
    instead: str
    allowed: tuple = ()
    in_c_adapters: bool = False  # Also allowed in .cc files that include a C library.
    in_tests: bool = field(default=False, kw_only=True)  # Holds in tests/ and bench/ as well.


BANS = (
    Ban("std::random_device", re.compile(r"\brandom_device\b"), "Random, from the run seed",
        ("proxy/cli/*",), in_tests=True),
    Ban("clock::now", re.compile(
        r"\b(?:system|steady|high_resolution)_clock::now\b|\bclock_gettime\b|\bgettimeofday\b"),
        "Clock", ("proxy/base/clock.cc",)),
    Ban("rand", re.compile(r"(?<![\w.>:])(?:std::)?s?rand(?:_r)?\s*\("), "Random", in_tests=True),
    Ban("time(", re.compile(r"(?<![\w.>:])(?:std::|::)?time\s*\("), "Clock"),
    Ban("std::*_distribution", re.compile(r"\b(?:std::)?[a-z_]+_distribution\b"),
        "the distributions of proxy/base/random.h, which are the same with every standard library",
        in_tests=True),
    Ban("getenv", re.compile(r"\b(?:secure_)?getenv\b"), "options passed down", ("proxy/cli/*",)),
    Ban("sleep_for", re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b"),
        "Scheduler::call_after, or ManualClock in tests", in_tests=True),
    Ban("std::regex", re.compile(r"\bstd::w?[cs]?regex\w*|<regex>"),
        "RE2 in redaction and contracts, a hand-written parser elsewhere", in_tests=True),
    Ban("printf", re.compile(r"(?<![\w.>])(?:std::)?(?:v?f?printf|f?puts)\s*\("),
        "the log facade or a report writer", ("proxy/cli/*",)),
    Ban("std::cout", re.compile(r"\bstd::(?:cout|cerr|clog)\b"),
        "the log facade or a report writer", ("proxy/cli/*",)),
    Ban("using namespace", re.compile(r"\busing\s+namespace\b"), "full names", in_tests=True),
    Ban("reinterpret_cast", re.compile(r"\breinterpret_cast\b"),
        "std::as_bytes or proxy/base/bytes.h", ("proxy/base/bytes.h",), in_c_adapters=True),
)

# Comments that belong to the history of the repository.
HISTORY = re.compile(r"@author\b|\bauthor\s*:|\bcopyright\b|\bcreated (?:on|by)\b", re.I)
