#pragma once

#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"
#include "worker/ledger/rows.hpp"

// Each value of the fold as the columns of its table, both ways, in the order of tables.cpp. What a
// table holds is our own, so a word that is none of ours is a bug (asserts).
namespace billhook {

void write(row_arrays& to, const journal_row& row);
void write(row_arrays& to, const stripe::customer_fact& fact);
void write(row_arrays& to, const stripe::invoice_fact& fact);
void write(row_arrays& to, const subscription_fact_row& row);
void write(row_arrays& to, const customer_row& row);
void write(row_arrays& to, const subscription_row& row);
void write(row_arrays& to, const invoice_row& row);
void write(row_arrays& to, const stripe::checkout_fact& fact);
void write(row_arrays& to, const stripe::decline_fact& fact);
void write(row_arrays& to, const mapping& row);
void write(row_arrays& to, const dunning_case& row);
void write(row_arrays& to, const standing& row);

void read(row_reader& from, journal_row& row);
void read(row_reader& from, stripe::customer_fact& fact);
void read(row_reader& from, stripe::invoice_fact& fact);
void read(row_reader& from, subscription_fact_row& row);
void read(row_reader& from, customer_row& row);
void read(row_reader& from, subscription_row& row);
void read(row_reader& from, invoice_row& row);
void read(row_reader& from, stripe::checkout_fact& fact);
void read(row_reader& from, stripe::decline_fact& fact);
void read(row_reader& from, mapping& row);
void read(row_reader& from, dunning_case& row);
void read(row_reader& from, standing& row);
// Of billhook.notices only what says that a step was recorded.
void read(row_reader& from, recorded_notice& row);

}  // namespace billhook
