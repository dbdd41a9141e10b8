# Address and undefined behaviour together: g++ alone can do both at once on Debian 12.
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
# No build type: Debug's -O0 would stand behind this -O1 and undo it, and deadlines would pass. A report
# needs lines, no variables: -g1 spares compiler and linker the rest.
set(CMAKE_BUILD_TYPE None CACHE STRING "")
# What is undefined ends its process, as a bad address does: else its test would pass.
# g++ 12 warns falsely where a sanitizer's calls stand between, and of Asio's coroutine frames at -O1.
set(CMAKE_CXX_FLAGS "-O1 -g1 -fno-sanitize-recover=all -Wno-maybe-uninitialized -Wno-mismatched-new-delete" CACHE STRING "")
# Beside the address sanitizer's library, that of undefined behaviour forgets where to write its reports.
set(CMAKE_EXE_LINKER_FLAGS -static-libubsan CACHE STRING "")
set(BILLHOOK_SANITIZE address,undefined CACHE STRING "")
# Common headers once, a folder's files in batches: all of it is built at once, seldom a file alone.
set(BILLHOOK_PRECOMPILE ON CACHE BOOL "")
set(BILLHOOK_BATCH 8 CACHE STRING "")
