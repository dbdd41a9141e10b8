#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace billhook {

// Pure: who holds how many of a number of bytes, and who waits for some. Each asks for all that he
// needs at once. Those of one owner are let in in the order of asking; of the owners the one who
// holds least is next, of equals who has waited longest: whoever asks for many at a time makes his
// own wait and no other's. Whose turn it is is overtaken by nobody but where all that he lacks is
// his own share.
class byte_line {
public:
    using ticket = std::uint64_t;
    // Whose share it is; nobody's: it counts in the whole alone.
    using owner = std::optional<boost::asio::ip::address>;
    struct bounds {
        std::size_t bytes;         // in all
        std::size_t of_one_owner;  // at most all
    };
    enum class answer : std::uint8_t { in, waits };

    explicit byte_line(const bounds& of);

    // At most an owner's share: it would wait for ever.
    [[nodiscard]] answer ask(ticket who, const owner& whose, std::size_t bytes);
    // Of one who was let in. Returns who is let in now, in that order.
    [[nodiscard]] std::vector<ticket> give(const owner& whose, std::size_t bytes);
    // Who waits goes away. Returns who is let in now, as he hinders nobody any more.
    [[nodiscard]] std::vector<ticket> withdraw(ticket who, const owner& whose);

    [[nodiscard]] std::size_t held() const { return held_; }
    [[nodiscard]] std::size_t held_by(const owner& whose) const;
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    // Somebody waits for what this one holds: for a part of the whole, or of his own share.
    [[nodiscard]] bool hinders(const owner& whose) const;

private:
    struct entry {
        ticket who;
        std::size_t bytes;
    };
    struct party {
        std::size_t held = 0;
        std::deque<entry> waiting;
        std::uint64_t since = 0;  // of nobody else
    };
    using parties = std::map<owner, party>;
    using turn_key = std::pair<std::size_t, std::uint64_t>;  // held, since

    [[nodiscard]] bool lacks_share(const parties::value_type& of) const;
    [[nodiscard]] static turn_key turn_in(const parties::value_type& of);
    // To be called around each change of a party.
    void leave_order(const parties::value_type& of);
    void enter_order(parties::iterator of);
    [[nodiscard]] std::vector<ticket> let_in();

    bounds bounds_;
    std::size_t held_ = 0;
    std::size_t waiting_ = 0;
    std::uint64_t now_ = 0;                        // counts who begins to wait first
    parties parties_;                              // who holds or waits
    std::map<turn_key, parties::iterator> order_;  // of who waits, and not for his own share
    bool all_is_held_ = false;                     // as far as he needs it whose turn it is
};

}  // namespace billhook
