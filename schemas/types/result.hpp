#pragma once

#include <boost/system/result.hpp>

namespace billhook {

// What was asked for, or a small struct that says why not. With such an error type `.value()` does
// not compile: an expected refusal cannot turn into an exception. Annotate functions [[nodiscard]].
template <class T, class Refusal>
using result = boost::system::result<T, Refusal>;

}  // namespace billhook
