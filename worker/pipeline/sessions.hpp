#pragma once

#include "worker/ledger/leases.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/runtime/session.hpp"

namespace billhook {

// What each kind of the worker's threads has open at Postgres.
using consumer_session = session<ledger, leases>;
using clock_session = session<ledger>;
using table_session = session<organizations, leases>;
using relay_session = session<outbox, leases>;

}  // namespace billhook
