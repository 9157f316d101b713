# Options, and the one INTERFACE target with the flags that every target of the project uses.

option(BOOLAB_GUI "The window (Qt Widgets, Qt Charts)" ON)
option(BOOLAB_ENGINE "The engine (LibTorch)" ON)
option(BOOLAB_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(BOOLAB_WERROR "Warnings are errors" OFF)
option(BUILD_TESTING "Tests" ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(BOOLAB_CCACHE ccache)
if(BOOLAB_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Files with a precompiled header are cached only with this sloppiness; the base folder lets another checkout
  # hit too.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
      "CCACHE_SLOPPINESS=pch_defines,time_macros" "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" "${BOOLAB_CCACHE}")
endif()

add_library(boolab_options INTERFACE)
target_include_directories(boolab_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(boolab_options INTERFACE -Wall -Wextra -Wno-unused-parameter $<$<BOOL:${BOOLAB_WERROR}>:-Werror>)
target_compile_definitions(boolab_options INTERFACE QT_NO_KEYWORDS)
# The exact replay of optimizer steps needs every ISA to round alike: no silent fused multiply-add.
target_compile_options(boolab_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)
if(BOOLAB_SANITIZE)
  target_compile_options(boolab_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined -fno-omit-frame-pointer>)
  target_link_options(boolab_options INTERFACE -fsanitize=address,undefined)
endif()
