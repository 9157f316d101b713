# boolab_add_test(NAME LABEL kernels|core|engine|widgets|gui|cli LINK targets... [SOURCES files...] [TIMEOUT s])
# One QtTest executable per unit, from NAME.cpp unless SOURCES are given. A test that returns via QSKIP passes with its reason printed.
function(boolab_add_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "LINK;SOURCES" ${ARGN})
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES "${name}.cpp")
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE boolab_options Qt6::Test ${ARG_LINK})
  target_compile_definitions(${name} PRIVATE
    BOOLAB_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/data"
    BOOLAB_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    BOOLAB_BIN_DIR="${CMAKE_BINARY_DIR}/bin"
    BOOLAB_SHARED_DATA="${PROJECT_SOURCE_DIR}/../shared/data")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
