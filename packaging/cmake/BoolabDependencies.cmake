# Every package that Boolab uses, with what it is used for.

include(FeatureSummary)

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

find_package(nlohmann_json 3.11 REQUIRED)
set_package_properties(nlohmann_json PROPERTIES PURPOSE "config.json, tokenizer.json, job files" TYPE REQUIRED)
find_package(fmt REQUIRED)
set_package_properties(fmt PROPERTIES PURPOSE "messages (GCC 12 has no std::format)" TYPE REQUIRED)
find_package(CLI11 REQUIRED)
set_package_properties(CLI11 PROPERTIES PURPOSE "command line of boolab-cli" TYPE REQUIRED)
find_package(SQLite3 REQUIRED)
set_package_properties(SQLite3 PROPERTIES PURPOSE "experiment database" TYPE REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
set_package_properties(OpenSSL PROPERTIES PURPOSE "SHA-256 of questions in lm-evaluation-harness' results" TYPE REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
set_package_properties(ICU PROPERTIES PURPOSE "Unicode normalisation and properties in the tokenizer" TYPE REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)

if(BOOLAB_GUI OR BUILD_TESTING)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
endif()
if(BOOLAB_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets Charts Svg)
  set_package_properties(Qt6 PROPERTIES PURPOSE "window, charts, tests" TYPE REQUIRED)
endif()

if(BOOLAB_ENGINE)
  find_package(LibTorch)
  set_package_properties(LibTorch PROPERTIES PURPOSE "engine: tensors, autograd, GEMM" TYPE REQUIRED)
endif()
