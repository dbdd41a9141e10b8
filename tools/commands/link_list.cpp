#include "tools/commands/link_list.hpp"

#include "schemas/types/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

namespace billhook {
namespace {

constexpr std::size_t longest_id = 255;  // bytes
constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Takes the next cell off the front of `line`; nothing if a quote is not closed, or text follows
// it.
std::optional<std::string> next_cell(std::string_view& line) {
    line = trimmed(line);
    if (!line.starts_with('"')) {
        const auto comma = std::min(line.find(','), line.size());
        std::string cell(trimmed(line.substr(0, comma)));
        line.remove_prefix(std::min(comma + 1, line.size()));
        return cell;
    }
    std::string cell;
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] != '"') {
            cell += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
            cell += line[++at];
        } else {
            line = trimmed(line.substr(at + 1));
            if (!line.empty() && line.front() != ',') {
                return std::nullopt;
            }
            line.remove_prefix(line.empty() ? 0 : 1);
            return cell;
        }
    }
    return std::nullopt;
}

bool is_of(std::string_view prefix, std::string_view id) {
    const auto own = id.rfind('/');  // "acct_.../cus_..."
    return id.substr(own == id.npos ? 0 : own + 1).starts_with(prefix);
}

std::string wrong_with_ids(const std::string& organization, const std::string& stripes) {
    for (const std::string* each : {&organization, &stripes}) {
        if (!is_plain_text(*each, longest_id)) {
            return "an id is text of 1 to 255 bytes without control characters";
        }
    }
    return is_of("cus_", organization) || is_of("sub_", organization)
               ? "the organization comes first, Stripe's id behind it: are they swapped?"
               : "";
}

class reader {
public:
    void read(std::string_view line) {
        ++at_;
        if (trimmed(line).empty()) {
            return;
        }
        const auto organization = next_cell(line);
        const bool has_second = organization && !trimmed(line).empty();
        const auto customer = has_second ? next_cell(line) : std::nullopt;
        if (!customer || !trimmed(line).empty()) {
            return complain("not two cells, ORGANIZATION,CUSTOMER");
        }
        const bool first = !std::exchange(begun_, true);
        if (first && *organization == "organization" && *customer == "customer") {
            return;
        }
        if (auto wrong = wrong_with_link(*organization, *customer); !wrong.empty()) {
            return complain(std::move(wrong));
        }
        add({at_, organization_id{*organization}, customer_id{*customer}});
    }
    std::vector<listed_link> links;
    std::vector<list_mistake> mistakes;

private:
    void complain(std::string what) { mistakes.push_back({at_, std::move(what)}); }

    void add(listed_link next) {
        const auto [found, is_new] = owners_.emplace(next.customer, next);
        if (is_new) {
            links.push_back(std::move(next));
        } else if (found->second.organization != next.organization) {
            complain(fmt::format(
                "{} belongs to {} in line {}",
                next.customer.text(),
                found->second.organization.text(),
                found->second.line
            ));
        }
    }

    std::size_t at_ = 0;
    bool begun_ = false;
    std::map<customer_id, listed_link> owners_;
};

}  // namespace

std::string wrong_with_link(const std::string& organization, const std::string& customer) {
    if (auto wrong = wrong_with_ids(organization, customer); !wrong.empty()) {
        return wrong;
    }
    return is_of("cus_", customer) ? "" : "Stripe's ids of customers begin with cus_";
}

std::string wrong_with_override(const std::string& organization, const std::string& subscription) {
    if (auto wrong = wrong_with_ids(organization, subscription); !wrong.empty()) {
        return wrong;
    }
    return is_of("sub_", subscription) ? "" : "Stripe's ids of subscriptions begin with sub_";
}

result<std::vector<listed_link>, std::vector<list_mistake>> read_links(std::string_view csv) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    csv.remove_prefix(csv.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
    reader all;
    while (!csv.empty()) {
        const auto end = std::min(csv.find('\n'), csv.size());
        all.read(csv.substr(0, end));
        csv.remove_prefix(std::min(end + 1, csv.size()));
    }
    if (!all.mistakes.empty()) {
        return std::move(all.mistakes);
    }
    return std::move(all.links);
}

}  // namespace billhook
