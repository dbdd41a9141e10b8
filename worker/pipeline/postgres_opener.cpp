#include "worker/pipeline/postgres_opener.hpp"

#include "worker/ledger/postgres_leases.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/ledger/postgres_organizations.hpp"
#include "worker/ledger/postgres_outbox.hpp"

#include <memory>
#include <tuple>
#include <utility>

namespace billhook {

namespace {

template <class Port>
std::unique_ptr<Port> made(postgres::connection& over, const postgres_place& at);

template <>
std::unique_ptr<ledger> made(postgres::connection& over, const postgres_place& at) {
    written_projection live;
    live.load_rows = at.load_rows;
    return std::make_unique<postgres_ledger>(over, at.partitions, std::move(live));
}
template <>
std::unique_ptr<leases> made(postgres::connection& over, const postgres_place& at) {
    return std::make_unique<postgres_leases>(over, at.holder);
}
template <>
std::unique_ptr<organizations> made(postgres::connection& over, const postgres_place&) {
    return std::make_unique<postgres_organizations>(over);
}
template <>
std::unique_ptr<outbox> made(postgres::connection& over, const postgres_place& at) {
    return std::make_unique<postgres_outbox>(over, at.holder);
}

template <class... Port>
class opened_postgres final : public opened<Port...> {
public:
    explicit opened_postgres(const postgres_place& at)
        : connection_(at.where), owned_(made<Port>(connection_, at)...) {
        this->all_ = {std::get<std::unique_ptr<Port>>(owned_).get()...};
        this->socket_ = connection_.socket();
    }

private:
    postgres::connection connection_;
    std::tuple<std::unique_ptr<Port>...> owned_;
};

template <class... Port>
typename session<Port...>::opener
opener_of(postgres_place at, std::type_identity<session<Port...>>) {
    return [at = std::move(at)] { return std::make_unique<opened_postgres<Port...>>(at); };
}

}  // namespace

template <class Session>
typename Session::opener postgres_opener(postgres_place at) {
    return opener_of(std::move(at), std::type_identity<Session>{});
}

template consumer_session::opener postgres_opener<consumer_session>(postgres_place);
template clock_session::opener postgres_opener<clock_session>(postgres_place);
template table_session::opener postgres_opener<table_session>(postgres_place);
template relay_session::opener postgres_opener<relay_session>(postgres_place);

}  // namespace billhook
