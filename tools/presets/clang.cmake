# The second opinion: other warnings, address sanitizer, none of g++ 12's coroutine bug, and nothing
# precompiled: here every file must include what it uses.
set(CMAKE_CXX_COMPILER clang++-16 CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(BILLHOOK_SANITIZE address CACHE STRING "")
