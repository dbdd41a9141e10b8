#include "tools/commands/link_list.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

std::string shown(std::string_view csv) {
    const auto read = read_links(csv);
    std::string text;
    if (!read) {
        for (const list_mistake& each : read.error()) {
            text += std::to_string(each.line) + ": " + each.what + '\n';
        }
        return text;
    }
    for (const listed_link& each : *read) {
        text += each.organization.text() + " is " + each.customer.text() + '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("link list: what a file says or every mistake in it") {
    const struct {
        const char* name;
        std::string csv;
        std::string told;
    } rows[] = {
        {"nothing", "", ""},
        {"two lines", "org_1,cus_1\norg_2,cus_2\n", "org_1 is cus_1\norg_2 is cus_2\n"},
        {"without a last line's end", "org_1,cus_1", "org_1 is cus_1\n"},
        {"headings, blanks and empty lines",
         "organization,customer\r\n\r\n org_1 , cus_1 \r\n", "org_1 is cus_1\n"},
        {"headings in quotes after a mark",
         "\xEF\xBB\xBF\"organization\",\"customer\"\n7,cus_1\n", "7 is cus_1\n"},
        {"quotes", "\"a, \"\"b\"\"\",\"cus_1\"\n", "a, \"b\" is cus_1\n"},
        {"the same twice", "org_1,cus_1\norg_1,cus_1\n", "org_1 is cus_1\n"},
        {"an organization with two customers",
         "org_1,cus_1\norg_1,cus_2\n", "org_1 is cus_1\norg_1 is cus_2\n"},
        {"a customer of two",
         "org_1,cus_1\norg_2,cus_1\n", "2: cus_1 belongs to org_1 in line 1\n"},
        {"swapped",
         "cus_1,org_1\n", "1: the organization comes first, Stripe's id behind it: are they swapped?\n"},
        {"two customers",
         "cus_1,cus_2\n", "1: the organization comes first, Stripe's id behind it: are they swapped?\n"},
        {"all mistakes at once",
         "org_1\norg_1,cus_1,more\n,cus_1\n\"org_1,cus_1\n\"org_1\"x,cus_1\n", "1: not two cells, ORGANIZATION,CUSTOMER\n2: not two cells, ORGANIZATION,CUSTOMER\n"
         "3: an id is text of 1 to 255 bytes without control characters\n4: not two cells, "
         "ORGANIZATION,CUSTOMER\n"
         "5: not two cells, ORGANIZATION,CUSTOMER\n"},
        {"no customer", "org_1,sub_1\n", "1: Stripe's ids of customers begin with cus_\n"},
        {"a customer of a connected account", "org_1,acct_1/cus_1\n", "org_1 is acct_1/cus_1\n"},
        {"what is no text",
         "org_\xff,cus_1\norg_1,cus_\x1b[2J\norg_\xe2\x80\xae,cus_2\n", "1: an id is text of 1 to 255 bytes without control characters\n"
         "2: an id is text of 1 to 255 bytes without control characters\n"
         "3: an id is text of 1 to 255 bytes without control characters\n"},
        {"too long",
         std::string(256, 'o') + ",cus_1\n",
         "1: an id is text of 1 to 255 bytes without control characters\n"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(shown(row.csv) == row.told);
    }
}

}  // namespace billhook
