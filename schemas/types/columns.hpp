#pragma once

#include <concepts>
#include <type_traits>

// What a row's columns are is said once, beside its struct, by a function `columns` that calls
// `column(name, member)` for each of them:
//   void columns(row_of<standing> auto& row, const auto& column) {
//       column("organization", row.organization);
//       …
//   }
// All else follows from it: a column's SQL type from the member's (`std::optional` is what may be
// null), reading and writing, JSON, the words in which two rows differ. The tables themselves are
// SQL, written by hand; a test compares the two.
namespace billhook {

template <class T, class... Rows>
concept row_of = (std::same_as<std::remove_const_t<T>, Rows> || ...);

}  // namespace billhook
