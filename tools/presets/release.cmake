# -O2, what tools/run starts and tools/test tests. The common headers are compiled once, a folder's
# files in batches, and what no event passes is optimized less: a third of a newcomer's wait. Who
# changes one file at a time builds faster with each alone: cmake -DBILLHOOK_BATCH=0 build/release
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(BILLHOOK_PRECOMPILE ON CACHE BOOL "")
set(BILLHOOK_LIGHT_OPTIONS -O1 CACHE STRING "")
set(BILLHOOK_BATCH 8 CACHE STRING "")
