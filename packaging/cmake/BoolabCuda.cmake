# The CUDA ops: found by nvcc alone, compiled by custom commands (CMake's CUDA language would demand a compiler on every machine).
# Sets BOOLAB_HAS_CUDA; where it is off the build says why and goes on without.

option(BOOLAB_CUDA "The ops for NVIDIA GPUs, where nvcc is found" ON)
set(BOOLAB_CUDA_TARGETS 80 86 89 90 100 120 CACHE STRING "Compute capabilities to compile for; the last two also as PTX for newer ones")
set(BOOLAB_HAS_CUDA OFF)
set(_why "BOOLAB_CUDA is OFF")

if(BOOLAB_CUDA)
  find_program(BOOLAB_NVCC nvcc HINTS "$ENV{CUDA_HOME}/bin" "$ENV{CUDA_PATH}/bin" /usr/local/cuda/bin)
  set(_why "no nvcc (CUDA Toolkit 12.8 or newer)")
endif()
if(BOOLAB_CUDA AND BOOLAB_NVCC)
  execute_process(COMMAND "${BOOLAB_NVCC}" --version OUTPUT_VARIABLE _version ERROR_QUIET)
  string(REGEX MATCH "release ([0-9]+\\.[0-9]+)" _ "${_version}")
  set(BOOLAB_NVCC_VERSION "${CMAKE_MATCH_1}")
  get_filename_component(_nvcc "${BOOLAB_NVCC}" REALPATH)
  get_filename_component(_root "${_nvcc}/../.." ABSOLUTE)
  find_path(BOOLAB_CUDA_INCLUDE cuda_runtime.h HINTS "${_root}/include" "${_root}/targets/${CMAKE_SYSTEM_PROCESSOR}-linux/include")
  find_library(BOOLAB_CUDART libcudart_static.a HINTS "${_root}/lib64" "${_root}/targets/${CMAKE_SYSTEM_PROCESSOR}-linux/lib")
  if(NOT BOOLAB_NVCC_VERSION VERSION_GREATER_EQUAL 12.8)
    set(_why "${BOOLAB_NVCC} is \"${BOOLAB_NVCC_VERSION}\", expected 12.8 or newer")
  elseif(NOT BOOLAB_CUDA_INCLUDE OR NOT BOOLAB_CUDART)
    set(_why "no cuda_runtime.h or libcudart_static.a beside ${BOOLAB_NVCC}")
  else()
    if(NOT DEFINED BOOLAB_NVCC_ERROR)
      # Says whether nvcc takes this host compiler.
      file(WRITE "${CMAKE_BINARY_DIR}/CMakeFiles/boolab_nvcc.cu" "#include <cuda_runtime.h>\n")
      execute_process(COMMAND "${BOOLAB_NVCC}" -std=c++20 -ccbin "${CMAKE_CXX_COMPILER}" -E "${CMAKE_BINARY_DIR}/CMakeFiles/boolab_nvcc.cu"
        RESULT_VARIABLE _result OUTPUT_QUIET ERROR_VARIABLE _text)
      if(_result EQUAL 0)
        set(_text "")
      endif()
      set(BOOLAB_NVCC_ERROR "${_text}" CACHE INTERNAL "Why nvcc cannot be used with this host compiler; empty: it can")
    endif()
    set(_why "${BOOLAB_NVCC} fails: ${BOOLAB_NVCC_ERROR}")
    if(BOOLAB_NVCC_ERROR STREQUAL "")
      set(BOOLAB_HAS_CUDA ON)
    endif()
  endif()
endif()
if(BOOLAB_HAS_CUDA)
  message(STATUS "CUDA ops: nvcc ${BOOLAB_NVCC_VERSION} for sm_${BOOLAB_CUDA_TARGETS}")
else()
  message(STATUS "CUDA ops: left out, ${_why}")
endif()
add_feature_info(CUDA BOOLAB_HAS_CUDA "the ops on NVIDIA GPUs (needs nvcc)")

# boolab_compile_cuda(OUTPUT_VARIABLE files.cu...)
# Object files of CUDA sources; beside each a .ptxas.log with what every __global__ function uses on every target, and the PTX
# that went into it, NAME.compute_NN.ptx, which the tests run.
function(boolab_compile_cuda output)
  set(_gencode "")
  list(LENGTH BOOLAB_CUDA_TARGETS _left)
  foreach(_target IN LISTS BOOLAB_CUDA_TARGETS)
    set(_code "sm_${_target}")
    if(_left LESS_EQUAL 2)
      set(_code "[sm_${_target},compute_${_target}]")
    endif()
    list(APPEND _gencode "-gencode=arch=compute_${_target},code=${_code}")
    math(EXPR _left "${_left} - 1")
  endforeach()
  set(_objects "")
  foreach(_source IN LISTS ARGN)
    set(_object "${CMAKE_CURRENT_BINARY_DIR}/${_source}.o")
    # --fmad=false: bits equal those of the CPU ops, which do not fuse either.
    add_custom_command(OUTPUT "${_object}" BYPRODUCTS "${_object}.ptxas.log"
      COMMAND "${CMAKE_COMMAND}" "-DLOG=${_object}.ptxas.log" "-DKEEP=${_object}.keep" -P "${PROJECT_SOURCE_DIR}/packaging/cmake/RunNvcc.cmake" --
        "${BOOLAB_NVCC}" -std=c++20 -O3 --fmad=false --expt-relaxed-constexpr -Xptxas -v ${_gencode} --keep --keep-dir "${_object}.keep"
        -ccbin "${CMAKE_CXX_COMPILER}" -Xcompiler=-fPIC,-Wall,-ffp-contract=off "-I${PROJECT_SOURCE_DIR}"
        -MD -MF "${_object}.d" -c "${CMAKE_CURRENT_SOURCE_DIR}/${_source}" -o "${_object}"
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${_source}" "${PROJECT_SOURCE_DIR}/packaging/cmake/RunNvcc.cmake"
      DEPFILE "${_object}.d" COMMENT "Building CUDA object ${_source}.o" VERBATIM)
    list(APPEND _objects "${_object}")
  endforeach()
  set_source_files_properties(${_objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set(${output} ${_objects} PARENT_SCOPE)
endfunction()
