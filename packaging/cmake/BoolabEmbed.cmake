# boolab_embed_migrations(OUTPUT header FILES NNN_name.sql...)
# Writes a header (included by its path under generated/) with the SQL files as the constant boolab::kMigrations, in the given order.
# The number in front of a file name is the schema version it leads to; they must run 1, 2, 3, …
function(boolab_embed_migrations)
  cmake_parse_arguments(ARG "" "OUTPUT" "FILES" ${ARGN})
  set(_entries "")
  set(_expected 1)
  foreach(_file IN LISTS ARG_FILES)
    get_filename_component(_name "${_file}" NAME_WE)
    string(REGEX MATCH "^0*([0-9]+)_" _ "${_name}")
    if(NOT CMAKE_MATCH_1 EQUAL _expected)
      message(FATAL_ERROR "${_file}: its name must start with ${_expected} (three digits and an underscore)")
    endif()
    file(READ "${_file}" _sql)
    string(APPEND _entries "    {${_expected}, \"${_name}\", R\"sql(${_sql})sql\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${_file}")
    math(EXPR _expected "${_expected} + 1")
  endforeach()
  set(_header "// Generated from resources/schema by BoolabEmbed.cmake.
#pragma once

#include \"core/store/database.h\"

namespace boolab
{

inline constexpr Migration kMigrations[] = {
${_entries}};

} // namespace boolab
")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/${ARG_OUTPUT}" CONTENT "@_header@" @ONLY)
endfunction()

# boolab_embed_text(OUTPUT header NAME constant FILE file)
# Writes a header (included by its path under generated/) with the file as the text boolab::constant.
function(boolab_embed_text)
  cmake_parse_arguments(ARG "" "OUTPUT;NAME;FILE" "" ${ARGN})
  file(READ "${ARG_FILE}" _text)
  get_filename_component(_name "${ARG_FILE}" NAME)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${ARG_FILE}")
  set(_header "// Generated from ${_name} by BoolabEmbed.cmake.
#pragma once

#include <string_view>

namespace boolab
{

inline constexpr std::string_view ${ARG_NAME} = R\"text(${_text})text\";

} // namespace boolab
")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/${ARG_OUTPUT}" CONTENT "@_header@" @ONLY)
endfunction()
