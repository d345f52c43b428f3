# SPDX-License-Identifier: Apache-2.0
# Part of Faultline. The rooms: each a folder, a static library `fl_<room>` and a namespace. The
# edges are those of ARCHITECTURE.md; tests/tidy holds the #include lines to the same table.
#
# Sources are globbed: a room is its folder, so a new file needs no edit here and no file can be
# forgotten.

# fl_room(NAME FOLDER ROOMS rooms it may include LIBS third-party targets)
function(fl_room name folder)
  cmake_parse_arguments(ARG "" "" "ROOMS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
    "${CMAKE_SOURCE_DIR}/${folder}/*.cc" "${CMAKE_SOURCE_DIR}/${folder}/*.h")
  if(name STREQUAL "cli")
    list(FILTER sources EXCLUDE REGEX "/proxy/cli/main\\.cc$")
  endif()
  if(NOT sources)
    return()
  endif()
  add_library(fl_${name} STATIC ${sources})
  set_target_properties(fl_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(fl_${name} PUBLIC fl_options)
  foreach(room IN LISTS ARG_ROOMS)
    if(TARGET fl_${room})
      target_link_libraries(fl_${name} PUBLIC fl_${room})
    endif()
  endforeach()
  foreach(lib IN LISTS ARG_LIBS)
    target_link_libraries(fl_${name} PUBLIC fl_dep_${lib})
  endforeach()
  if(FL_PCH AND name STREQUAL "base")
    target_precompile_headers(fl_base PRIVATE "${CMAKE_SOURCE_DIR}/proxy/base/precompiled.h")
  elseif(FL_PCH)
    target_precompile_headers(fl_${name} REUSE_FROM fl_base)
  endif()
endfunction()

file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/generated")
configure_file(proxy/base/version.inc.in
  "${CMAKE_BINARY_DIR}/generated/faultline_version.inc" @ONLY)

fl_room(base proxy/base LIBS fmt spdlog expected xxhash)
fl_room(buffer proxy/buffer ROOMS base)
fl_room(json proxy/json ROOMS base LIBS simdjson)
fl_room(yaml proxy/yaml ROOMS base json LIBS fyaml)
fl_room(metrics proxy/metrics ROOMS base)
fl_room(io proxy/io ROOMS base buffer LIBS uv)
fl_room(rules rules ROOMS base json yaml)
fl_room(coding proxy/coding ROOMS base LIBS zlib brotli zstd)
fl_room(redaction redaction ROOMS base json coding LIBS re2)
fl_room(contracts contracts ROOMS base json yaml coding LIBS re2 idn2)
# A json::Value travels in two registers. GCC spills both and loads them back as one vector, which
# no store buffer forwards: a quarter of the evaluator's time.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fl_contracts PRIVATE -fno-tree-slp-vectorize)
endif()
fl_room(tls proxy/tls ROOMS base buffer io LIBS boringssl)
fl_room(http proxy/http ROOMS base buffer metrics LIBS llhttp)
fl_room(filters filters ROOMS base buffer json metrics rules http contracts)
fl_room(record proxy/record ROOMS base buffer json redaction)
fl_room(run proxy/run ROOMS base json metrics rules record contracts redaction)
fl_room(mirror proxy/mirror ROOMS base buffer json metrics http redaction contracts record run)
fl_room(report proxy/report ROOMS base json run contracts redaction record LIBS nlohmann)
fl_room(server proxy/server
  ROOMS base buffer json yaml metrics io rules redaction contracts tls http filters record run
        mirror)
fl_room(control proxy/control
  ROOMS base buffer json io http metrics rules record run server)
fl_room(cli proxy/cli
  ROOMS base buffer json yaml metrics io rules redaction contracts tls http filters record run
        mirror report server control
  LIBS cli11 nlohmann)

if(TARGET fl_cli AND EXISTS "${CMAKE_SOURCE_DIR}/proxy/cli/main.cc")
  add_executable(faultline proxy/cli/main.cc)
  target_link_libraries(faultline PRIVATE fl_cli)
  # BoringSSL must not be visible to shared libraries that bring OpenSSL (facts: one process, two
  # libraries, the same names).
  target_link_options(faultline PRIVATE -Wl,--exclude-libs,ALL -Wl,--gc-sections)
endif()
