# What tests/fuzz/run builds: libFuzzer, with address and undefined behaviour, fast enough to look for
# long. RapidJSON adds an offset to a null pointer, and Debian has no newer one.
set(CMAKE_CXX_COMPILER clang++-16 CACHE STRING "")
set(CMAKE_BUILD_TYPE None CACHE STRING "")
set(CMAKE_CXX_FLAGS "-O1 -g -fno-sanitize-recover=all" CACHE STRING "")
set(BILLHOOK_SANITIZE fuzzer-no-link,address,undefined CACHE STRING "")
set(BILLHOOK_FUZZ ON CACHE BOOL "")
# CI builds it anew each time: common headers once, a folder's files in batches.
set(BILLHOOK_PRECOMPILE ON CACHE BOOL "")
set(BILLHOOK_BATCH 8 CACHE STRING "")
