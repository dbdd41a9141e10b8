#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/messages/mapping.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"

#include <array>
#include <fmt/format.h>
#include <iostream>

namespace billhook {

namespace {

message message_of(const mapping& link) {
    record what;
    what.key = own_part(*link.customer);
    what.endpoint = "link";
    what.body = to_json(link);
    what.event_id = link.id.text();
    what.event_type = "billhook.mapping";
    what.received_at = link.created;
    what.source = record_source_kind::mapping;
    auto headers = headers_of(what);
    return {topics::stripe_events, what.key, what.body, std::move(headers)};
}

}  // namespace

exit_code run_link(arguments given) {
    command_line line(
        "billhook link",
        "Says that an organization is that Stripe customer. The record enters the log like an\n"
        "event; metadata and Checkout sessions that name an organization still come first.",
        "  billhook link org_1 cus_1Nabc\n"
    );
    std::string organization;
    std::string customer;
    line.flags().add_option("organization", organization, "the application's id").required();
    line.flags().add_option("customer", customer, "Stripe's customer id").required();
    const auto told = line.read(std::move(given), {"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    postgres::connection database({all.database.url, "billhook link"});
    mapping link;
    link.organization = organization_id{organization};
    link.customer = customer_id{customer};
    link.created = database_time(database.raw());
    link.id = link_id(link.organization, link.customer, link.created);
    if (!parse_mapping(to_json(link))) {
        std::cerr << "not an organization and a customer id: 1 to 255 bytes of text each\n";
        return exit_code::usage;
    }
    kafka::kafka_publisher log(kafka::producer_settings_from(all.kafka));
    const std::array messages{message_of(link)};
    if (log.publish(messages).front() != delivery::persisted) {
        std::cerr << "Kafka did not take the record; it may turn up later. Try again.\n";
        return exit_code::unreachable;
    }
    std::cout << fmt::format(
        "{}: {} is {}; billhook status --wait 60s tells when it is folded\n",
        link.id.text(),
        organization,
        customer
    );
    return exit_code::done;
}

}  // namespace billhook
