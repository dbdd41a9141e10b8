# Address and undefined behaviour together: g++ alone can do both at once on Debian 12.
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_CXX_FLAGS "-O1" CACHE STRING "")
set(BILLHOOK_SANITIZE address,undefined CACHE STRING "")
