# Data races. tools/presets/tsan.cpp makes librdkafka's threads known to the sanitizer. As optimized and
# as batched as asan.cmake says, and why.
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE None CACHE STRING "")
# Asio's fences are more than the sanitizer understands, and g++ 12 warns of each; of Asio's coroutine
# frames it warns falsely at -O1.
set(CMAKE_CXX_FLAGS "-O1 -g1 -Wno-tsan -Wno-mismatched-new-delete" CACHE STRING "")
set(BILLHOOK_SANITIZE thread CACHE STRING "")
set(BILLHOOK_PRECOMPILE ON CACHE BOOL "")
set(BILLHOOK_BATCH 8 CACHE STRING "")
