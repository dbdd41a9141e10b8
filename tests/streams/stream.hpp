#pragma once

#include "worker/domain/objects.hpp"

#include <cstddef>
#include <iosfwd>
#include <rapidcheck.h>
#include <vector>

// Streams that no Stripe would send: every object changes its mind about everything, many within
// one second and under one event id.
namespace billhook::streams {

// One event in small numbers, so that a failing stream shrinks to a readable one.
struct choice {
    int kind = 0;  // subscription, invoice, customer, session, decline, mapping, schedule, grant
    int object = 0;
    int event = 0;  // few ids: several bodies under one
    int second = 0;
    int type = 0;
    int status = 0;
    int owner = 0;   // customer or subscription named; 0: none
    int tenant = 0;  // organization named; 0: none
    int detail = 0;
    int replaced = 0;  // which fields previous_attributes names
};

std::ostream& operator<<(std::ostream& out, const choice& c);

[[nodiscard]] received event_from(const choice& c);
[[nodiscard]] std::vector<received> events_from(const std::vector<choice>& all);

// How much there is to meet: the less, the more events speak of one thing.
struct room {
    int objects = 3;  // of each kind
    int events = 24;  // event ids: several bodies under one
    int seconds = 4;  // in each 20 hours four, side by side
};

// Every object has one customer here, and an invoice one subscription or none, as at Stripe.
[[nodiscard]] rc::Gen<choice> any_choice(const room& in = {});

// How many cases a property is asked for: 100, or what RC_PARAMS says.
[[nodiscard]] std::size_t cases_asked();

}  // namespace billhook::streams
