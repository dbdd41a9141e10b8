#pragma once

#include "tests/builders/living.hpp"
#include "worker/domain/recorded_notice.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

// Looks at a life at each of these moments, one after another: each folds what is new since the
// last, then lets the clock look.
struct looks {
    const char* name;  // the beginning of a worked life's
    std::vector<std::pair<const char*, const char*>> at;
};

inline const std::vector<looks> looks_at_grants = {
  // A grant holds up what speaks of access until it is over; from then steps count anew.
    {"79 ",
     {{"d30 00:15", "sent 0d payment_failed"},
      {"d34 00:00", "sent 3d reminder"},
      {"d39 00:00", "-"},
      {"d40 00:15", "-"},
      {"d45 00:14", "-"},
      {"d45 00:15", "sent 5d final_warning"},
      {"d47 00:15", "sent 7d access_restricted"},
      {"d54 00:14", "-"},
      {"d54 00:15", "sent 14d reminder"}}                                  },
 // An exemption holds up everything.
    {"73 ",
     {{"d30 00:15", "sent 0d payment_failed"},
      {"d69 00:00", "-"},
      {"d70 00:15", "-"},
      {"d73 00:15", "sent 3d reminder"},
      {"d77 00:15", "sent 7d access_restricted; skipped 5d final_warning"}}},
};

// "sent 3d reminder; skipped 0d payment_failed; covered 0d payment_failed", "-" if nothing is due.
std::string shown(const std::vector<due_notice>& due);

// What one look finds due; `seen` is what the looks before it folded.
std::vector<due_notice> look(
    builders::memory_projection& tables,
    std::set<event_id>& seen,
    const builders::moment& at,
    const catalogue& plans
);

}  // namespace billhook
