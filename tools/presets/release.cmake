# -O2, what tools/run starts and tools/test tests. The common headers are compiled once, and what no
# event passes is optimized less: half of a newcomer's wait.
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(BILLHOOK_PRECOMPILE ON CACHE BOOL "")
set(BILLHOOK_LIGHT_OPTIONS -O1 CACHE STRING "")
