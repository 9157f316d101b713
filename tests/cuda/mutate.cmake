# cmake -DIN= -DOUT= -DFROM= -DTO= -P mutate.cmake: a copy with one text replaced; it must be there.
file(READ "${IN}" _text)
string(REPLACE "${FROM}" "${TO}" _changed "${_text}")
if(_changed STREQUAL _text)
  message(FATAL_ERROR "${IN} does not hold \"${FROM}\": adapt the mutant in tests/cuda/CMakeLists.txt")
endif()
file(WRITE "${OUT}" "${_changed}")
