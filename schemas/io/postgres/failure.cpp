#include "schemas/io/postgres/failure.hpp"

#include <pqxx/except>

#include <array>

namespace billhook::postgres {

namespace {

struct rule {
    std::string_view starts;  // a SQLSTATE, its class or the beginning of one
    remedy what;
};

// The first that fits; all else is alarm. Without a state it is libpq's own: the connection.
constexpr std::array rules{
    rule{"57014", remedy::halve    },
    rule{"57P",   remedy::reconnect},
    rule{"25P03", remedy::reconnect},
    rule{"25006", remedy::reconnect},
    rule{"26",    remedy::reconnect},
    rule{"08",    remedy::reconnect},
    rule{"53300", remedy::reconnect},
    rule{"53",    remedy::retry    },
    rule{"55P03", remedy::retry    },
    rule{"40003", remedy::reconnect},
    rule{"40",    remedy::retry    },
    rule{"22",    remedy::bisect   },
    rule{"23",    remedy::bisect   },
    rule{"21",    remedy::bisect   },
    rule{"54",    remedy::bisect   },
};

remedy remedy_for(std::string_view sqlstate) {
    for (const rule& each : rules) {
        if (sqlstate.starts_with(each.starts)) {
            return each.what;
        }
    }
    return sqlstate.empty() ? remedy::reconnect : remedy::alarm;
}

// What libpqxx 6.4.5 knows by type alone: 42501 comes with an empty state, and the class 40 are no
// sql_errors. The order matters: statement_completion_unknown is a transaction_rollback.
std::string_view state_by_type(const std::exception& thrown) {
    if (dynamic_cast<const pqxx::statement_completion_unknown*>(&thrown) != nullptr) {
        return "40003";
    }
    if (dynamic_cast<const pqxx::serialization_failure*>(&thrown) != nullptr) {
        return "40001";
    }
    if (dynamic_cast<const pqxx::deadlock_detected*>(&thrown) != nullptr) {
        return "40P01";
    }
    if (dynamic_cast<const pqxx::transaction_rollback*>(&thrown) != nullptr) {
        return "40000";
    }
    if (dynamic_cast<const pqxx::insufficient_privilege*>(&thrown) != nullptr) {
        return "42501";
    }
    if (dynamic_cast<const pqxx::too_many_connections*>(&thrown) != nullptr) {
        return "53300";
    }
    return {};
}

}  // namespace

std::string_view to_word(remedy what) {
    switch (what) {
        case remedy::retry:
            return "retry";
        case remedy::reconnect:
            return "reconnect";
        case remedy::halve:
            return "halve";
        case remedy::bisect:
            return "bisect";
        case remedy::alarm:
            return "alarm";
        case remedy::stop:
            return "stop";
    }
    return "stop";
}

diagnosis classify(const std::exception& thrown) {
    if (const auto* ours = dynamic_cast<const failure*>(&thrown)) {
        return ours->why;
    }
    if (const auto known = state_by_type(thrown); !known.empty()) {
        return {remedy_for(known), std::string(known)};
    }
    // No state for both: a COMMIT in doubt, and any lost connection whatever ended it.
    if (dynamic_cast<const pqxx::in_doubt_error*>(&thrown) != nullptr ||
        dynamic_cast<const pqxx::broken_connection*>(&thrown) != nullptr) {
        return {remedy::reconnect, {}};
    }
    if (const auto* error = dynamic_cast<const pqxx::sql_error*>(&thrown)) {
        return {remedy_for(error->sqlstate()), error->sqlstate()};
    }
    return {remedy::stop, {}};
}

std::string cause_of(const std::exception& thrown) {
    const diagnosis why = classify(thrown);
    if (!why.sqlstate.empty()) {
        return why.sqlstate;
    }
    if (dynamic_cast<const pqxx::in_doubt_error*>(&thrown) != nullptr) {
        return "commit_in_doubt";
    }
    switch (why.what) {
        case remedy::reconnect:
            return "connection_broken";
        case remedy::stop:
            return "not_of_the_database";
        case remedy::halve:
            return "too_many_rows";
        case remedy::retry:
        case remedy::bisect:
        case remedy::alarm:
            break;
    }
    return "unfit_database";
}

std::string scrubbed(const std::exception& thrown) {
    const std::string_view what = thrown.what();
    if (dynamic_cast<const failure*>(&thrown) != nullptr) {
        return std::string(what);
    }
    const diagnosis why = classify(thrown);
    // Messages of the classes 22, 23, 21 and 54 quote the values; DETAIL and CONTEXT do always.
    const bool quotes_values = why.what == remedy::bisect || why.sqlstate.starts_with("P0");
    std::string text = why.sqlstate.empty() ? "" : why.sqlstate + ": ";
    if (quotes_values) {
        return text + "the database refuses a value";
    }
    for (const char c : what.substr(0, what.find('\n'))) {
        text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

}  // namespace billhook::postgres
