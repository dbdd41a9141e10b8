#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace billhook {

// Pure: who holds how many of a number of bytes, and who waits for some. Each asks for all that he
// needs at once and is let in in the order of asking: nobody is overtaken but by those whom he does
// not hinder, since all that he lacks is his own address's share.
class byte_line {
public:
    using ticket = std::uint64_t;
    // Whose share it is; nobody's: it counts in the whole alone.
    using owner = std::optional<boost::asio::ip::address>;
    struct bounds {
        std::size_t bytes;         // in all
        std::size_t of_one_owner;  // a request for more than that, or than all, is never let in
        std::size_t waiting;       // tickets
    };
    enum class answer : std::uint8_t { in, waits, full };

    explicit byte_line(const bounds& of) : bounds_(of) {}

    // `full`: the line is too long, or it would wait for ever.
    [[nodiscard]] answer ask(ticket who, const owner& whose, std::size_t bytes);
    // Of one who was let in. Returns who is let in now, in that order.
    [[nodiscard]] std::vector<ticket> give(const owner& whose, std::size_t bytes);
    // Who waits goes away. Returns who is let in now, as he hinders nobody any more.
    [[nodiscard]] std::vector<ticket> withdraw(ticket who);

    [[nodiscard]] std::size_t held() const { return held_; }
    [[nodiscard]] std::size_t held_by(const owner& whose) const;
    [[nodiscard]] std::size_t waiting() const { return line_.size(); }
    // Somebody waits for what this one holds: for a part of the whole, or of his own share.
    [[nodiscard]] bool hinders(const owner& whose) const;

private:
    struct entry {
        ticket who;
        owner whose;
        std::size_t bytes;
    };
    [[nodiscard]] bool share_allows(const entry& one) const;
    void hold(const entry& one);
    [[nodiscard]] std::vector<ticket> let_in();

    bounds bounds_;
    std::size_t held_ = 0;
    std::map<boost::asio::ip::address, std::size_t> by_owner_;
    std::list<entry> line_;
    bool all_is_held_ = false;                    // as far as the first needs it who may have it
    std::set<boost::asio::ip::address> used_up_;  // shares for which somebody waits
};

}  // namespace billhook
