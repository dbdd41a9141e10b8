#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "worker/projections/acts.hpp"
#include "worker/projections/promotion_news.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace billhook {

enum class promotion_ending : std::uint8_t {
    done,
    behind,      // the workers are ahead in some partition, or not all is assessed
    locked_out,  // a batch, an open transaction of the application or another change was in the way
    other_plans,  // others were put in force than it was assessed by
    not_ours,     // it is not `building` any more, or of another program's version
};

struct promotion {
    promotion_ending ending = promotion_ending::done;
    std::string retired;  // the name of what was live
    promotion_news news;
};

// One try to make a building projection the live one, in one transaction: nobody writes any
// projection meanwhile, its offsets and `complete_to` are the live one's or later, roles and
// generations change, every epoch rises, the views speak of it, what follows is told. Whoever reads
// sees all of the old or all of the new; only a snapshot that is older than the new one's building,
// and that first asks the views afterwards, sees the new one as it was then. `plans` are those that
// it was assessed by: in force still, or, with the version 0, put in force with it. What was live
// stays, as `old`. Waits at most `patience` for each lock; `owner` is Billhook's owner or may act
// as it. `before_commit` is called when nothing but the COMMIT is left: those who fold into it wait
// for that, and then find themselves without a projection. `by` is recorded with it. Throws what
// `classify` knows; after an unknown COMMIT the roles tell.
[[nodiscard]] promotion try_promote(
    postgres::connection& owner,
    const std::string& name,
    const postgres::applied_plans& plans,
    std::chrono::milliseconds patience,
    const std::function<void()>& before_commit,
    const std::optional<acting>& by = std::nullopt
);

}  // namespace billhook
