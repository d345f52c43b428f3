# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. Every third-party library as one target `fl_dep_<name>`, linked only by the
# room that may see it (ARCHITECTURE.md, "Rooms").
#
# Debian packages come from the system. llhttp (>= 9.2.1) and BoringSSL come from the dependency
# folder that `./dev setup` fills; FAULTLINE_DEPS names another one.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

if(NOT FAULTLINE_DEPS)
  if(DEFINED ENV{FAULTLINE_DEPS})
    set(FAULTLINE_DEPS "$ENV{FAULTLINE_DEPS}")
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(FAULTLINE_DEPS "$ENV{XDG_CACHE_HOME}/faultline/deps")
  else()
    set(FAULTLINE_DEPS "$ENV{HOME}/.cache/faultline/deps")
  endif()
endif()
if(NOT EXISTS "${FAULTLINE_DEPS}/lib/libllhttp.a")
  message(FATAL_ERROR "llhttp and BoringSSL are missing in ${FAULTLINE_DEPS}: run ./dev setup")
endif()

function(fl_pkg name module)
  pkg_check_modules(PKG_${name} REQUIRED IMPORTED_TARGET ${module})
  add_library(fl_dep_${name} INTERFACE)
  target_link_libraries(fl_dep_${name} INTERFACE PkgConfig::PKG_${name})
endfunction()

fl_pkg(uv libuv)
fl_pkg(fyaml libfyaml)
fl_pkg(re2 re2)
# Debian 12's re2.pc says 0.0.0; the package knows better.
if(PKG_re2_VERSION STREQUAL "0.0.0")
  execute_process(COMMAND dpkg-query -W -f "\${source:Upstream-Version}" libre2-dev
    OUTPUT_VARIABLE re2_package_version ERROR_QUIET)
  if(re2_package_version)
    set(PKG_re2_VERSION "${re2_package_version}")
  endif()
endif()
fl_pkg(idn2 libidn2)
fl_pkg(simdjson simdjson)
fl_pkg(zlib zlib)
fl_pkg(brotli libbrotlidec)
fl_pkg(zstd libzstd)

find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
add_library(fl_dep_fmt INTERFACE)
# clang mangles some of fmt's templates differently from GCC, which built the library of Debian.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_libraries(fl_dep_fmt INTERFACE fmt::fmt)
else()
  target_link_libraries(fl_dep_fmt INTERFACE fmt::fmt-header-only)
endif()
add_library(fl_dep_spdlog INTERFACE)
target_link_libraries(fl_dep_spdlog INTERFACE spdlog::spdlog)
add_library(fl_dep_expected INTERFACE)
target_link_libraries(fl_dep_expected INTERFACE tl::expected)
add_library(fl_dep_nlohmann INTERFACE)
target_link_libraries(fl_dep_nlohmann INTERFACE nlohmann_json::nlohmann_json)
add_library(fl_dep_cli11 INTERFACE)
target_link_libraries(fl_dep_cli11 INTERFACE CLI11::CLI11)
# xxhash is used header-only (XXH_INLINE_ALL): its hot calls are a few instructions.
add_library(fl_dep_xxhash INTERFACE)
# GCC 14 at -Og cannot honour its always_inline hints.
target_compile_definitions(fl_dep_xxhash INTERFACE XXH_NO_INLINE_HINTS=1)

add_library(fl_dep_llhttp INTERFACE)
target_include_directories(fl_dep_llhttp SYSTEM INTERFACE "${FAULTLINE_DEPS}/include")
target_link_libraries(fl_dep_llhttp INTERFACE "${FAULTLINE_DEPS}/lib/libllhttp.a")

add_library(fl_dep_boringssl INTERFACE)
target_include_directories(fl_dep_boringssl SYSTEM INTERFACE "${FAULTLINE_DEPS}/boringssl/include")
target_link_libraries(fl_dep_boringssl INTERFACE
  "${FAULTLINE_DEPS}/boringssl/lib/libssl.a" "${FAULTLINE_DEPS}/boringssl/lib/libcrypto.a"
  Threads::Threads)
