# The second opinion: other warnings, address sanitizer, and none of g++ 12's coroutine bug.
set(CMAKE_CXX_COMPILER clang++-16 CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(BILLHOOK_SANITIZE address CACHE STRING "")
