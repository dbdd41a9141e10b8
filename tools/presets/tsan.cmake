# Data races. tools/presets/tsan.cpp makes librdkafka's threads known to the sanitizer.
set(CMAKE_CXX_COMPILER g++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
# Asio's fences are more than the sanitizer understands, and g++ warns of each.
set(CMAKE_CXX_FLAGS "-O1 -Wno-tsan" CACHE STRING "")
set(BILLHOOK_SANITIZE thread CACHE STRING "")
