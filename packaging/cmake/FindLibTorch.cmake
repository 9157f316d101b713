# Finds LibTorch without its own CMake package, which demands a CUDA toolkit. Links libtorch_cpu and libc10 only: where
# libtorch_cuda.so lies beside them the engine loads it at start, so one binary serves both.
#
#   LIBTORCH_ROOT   a folder that holds include/ and lib/ (the zip of pytorch.org), or torch/ with them (a wheel unpacked)
#   LibTorch::LibTorch, LibTorch_VERSION
file(GLOB _private "${PROJECT_SOURCE_DIR}/.deps/libtorch-*")
set(_roots "${LIBTORCH_ROOT}" "$ENV{LIBTORCH_ROOT}" "$ENV{BOOLAB_LIBTORCH}" ${_private})

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
  HINTS ${_roots} PATH_SUFFIXES include torch/include libtorch/include)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_roots} PATH_SUFFIXES lib torch/lib libtorch/lib)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_roots} PATH_SUFFIXES lib torch/lib libtorch/lib)

set(_version_file "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
if(NOT EXISTS "${_version_file}")
  set(_version_file "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
endif()
if(EXISTS "${_version_file}")
  # Three lines: #define TORCH_VERSION_MAJOR 2, _MINOR, _PATCH.
  file(STRINGS "${_version_file}" _version REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
  list(TRANSFORM _version REPLACE ".* ([0-9]+).*" "\\1")
  list(JOIN _version "." LibTorch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "./test or ./run fetch it into .deps/, -DLIBTORCH_ROOT=FOLDER names yours, and -DBOOLAB_ENGINE=OFF builds without the engine")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE "${LibTorch_CPU_LIBRARY}" "${LibTorch_C10_LIBRARY}" ${CMAKE_DL_LIBS})
  # LibTorch ships the headers of a newer fmt, which hide the system's and match no library.
  target_compile_definitions(LibTorch::LibTorch INTERFACE FMT_HEADER_ONLY=1)
  # libtorch_cpu keeps its operators in static initialisers: the linker must not drop it.
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--no-as-needed")
endif()
