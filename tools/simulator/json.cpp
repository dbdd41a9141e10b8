// Boost.JSON, compiled into this library: Debian ships its headers, but no library is needed.
#include <boost/json/src.hpp>
