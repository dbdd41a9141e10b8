// All that the page says. `element.strings = {...}` replaces any of it, table by table and key by key.

export const strings = {
    // By the standing's reason, to who may pay and to who may not. Sentences: one of whose {values} nothing is
    // known is left out. A member reads no debt and no date of one.
    banners: {
        trial: {
            administrator: ['You are on a trial.', 'It ends on {trial_ends_at}; choose a plan to go on after that.'],
            member: ['Your organization is on a trial.', 'It ends on {trial_ends_at}.'],
        },
        trial_over: {
            administrator: ['Your trial is over.', 'Choose a plan to go on; everything is still here.'],
            member: ['The trial is over.', 'An administrator of your organization can choose a plan.'],
        },
        incomplete: {
            administrator: ['The first payment is not complete.', 'Complete it to start your subscription.'],
            member: ['The subscription is being set up.', 'An administrator of your organization can complete it.'],
        },
        trialing: {
            administrator: ['Your trial is running.', 'You are trying {plan}.', 'It ends on {trial_ends_at}.'],
            member: ['Your organization is on a trial.', 'It ends on {trial_ends_at}.'],
        },
        paid: {
            administrator: ['Your subscription is active.', 'It renews on {renews_at}.'],
            member: ['Your organization has an active subscription.'],
        },
        settled: {
            administrator: ['Your subscription is in order.', 'It renews on {renews_at}.'],
            member: ['Your organization has an active subscription.'],
        },
        grace: {
            administrator: ['A payment failed.', 'Please pay by {grace_until}; until then everything works as before.'],
            member: ['Everything works as before.', 'An administrator of your organization should look at the billing page.'],
        },
        restricted: {
            administrator: ['A payment is overdue, and some features are switched off.', 'Pay to switch them on again.', 'All access ends on {restricted_until}.'],
            member: ['Some features are switched off.', 'An administrator of your organization can switch them on again.'],
        },
        unpaid: {
            administrator: ['A payment is overdue, and access is switched off.', 'Pay to switch it on again; everything is still here.'],
            member: ['Access is switched off.', 'An administrator of your organization can switch it on again.'],
        },
        paused: {
            administrator: ['Your subscription is paused.', 'Resume it to have everything back.'],
            member: ['The subscription is paused.', 'An administrator of your organization can resume it.'],
        },
        canceled: {
            administrator: ['Your subscription has ended.', 'Choose a plan to start again; everything is still here.'],
            member: ['The subscription has ended.', 'An administrator of your organization can choose a plan.'],
        },
        ended: {
            administrator: ['Your subscription has ended.', 'Choose a plan to start again; everything is still here.'],
            member: ['The subscription has ended.', 'An administrator of your organization can choose a plan.'],
        },
        unknown_status: {
            administrator: ['Your subscription is being looked at.', 'There is nothing that you have to do.'],
            member: ['There is nothing that you have to do.'],
        },
        unknown: {
            administrator: ['Welcome.', 'You have full access while your billing is being set up.'],
            member: ['Welcome.', 'Your organization has full access.'],
        },
        exempt: {
            administrator: ['A payment is open.', 'Your access does not depend on it at the moment.'],
            member: ['Your organization has full access.'],
        },
        fallback: {
            administrator: ['You have no paid plan.', 'Until you choose one you have {plan}.'],
            member: ['Your organization has a limited plan: {plan}.', 'An administrator can choose another one.'],
        },
        granted: {
            administrator: ['You have been given more than you pay for.', 'Your plan is {plan}.', 'There is nothing that you have to do.'],
            member: ['Your organization has full access.', 'Its plan is {plan}.'],
        },
    },
    // What this page does not know yet, of a newer server, by the access.
    otherBanners: {
        full: {
            administrator: ['You have full access.'],
            member: ['Your organization has full access.'],
        },
        restricted: {
            administrator: ['Some features are switched off.'],
            member: ['Some features are switched off.', 'An administrator of your organization can look at the billing page.'],
        },
        none: {
            administrator: ['Access is switched off.'],
            member: ['Access is switched off.', 'An administrator of your organization can look at the billing page.'],
        },
    },
    // Behind any of them, to an administrator.
    arranged: {
        cancels_at: 'The subscription ends on {cancels_at}.',
        changes_at: 'It changes to {next} on {at}.',
        waits_until: 'The change to {next} waits for its payment until {until}.',
        changes_somehow_at: 'It changes on {at}.', // to what no plan lists
        waits_somehow_until: 'A change waits for its payment until {until}.',
    },
    actions: {
        pay: 'Pay now',
        subscribe: 'Choose a plan',
        resume: 'Resume',
        look: 'Billing page',
    },
    titles: {
        page: 'Billing',
        standing: 'Where you stand',
        subscription: 'Subscription',
        plans: 'Plans',
        review: 'Your change',
        payment: 'Payment',
        invoices: 'Open invoices',
        cancel: 'Cancel the subscription?',
    },
    subscription: {
        plan: 'Plan',
        price: 'Price',
        seats: 'Seats',
        renews_at: 'Renews on',
        cancels_at: 'Ends on',
        trial_ends_at: 'Trial ends on',
        none: 'None',
        portal: 'Payment method and invoices',
        cancel: 'Cancel subscription',
        keep: 'Keep it as it is',
    },
    plans: {
        interval: 'Billed',
        month: 'Monthly',
        year: 'Yearly',
        seats: 'Seats',
        current: 'Current plan',
        from: 'From {date}',
        included: 'included',
        excluded: 'not included',
        unlimited: 'unlimited',
        per_seat: '+{count} a seat',
        price_month: '{money} a month',
        price_year: '{money} a year',
        price_seat_month: '{money} a seat and month',
        price_seat_year: '{money} a seat and year',
        price_other: '{money} each period',
        price_later: 'You see the price before you decide.',
        subscribe: 'Choose {plan}',
        upgrade: 'Upgrade to {plan}',
        downgrade: 'Downgrade to {plan}',
        apply: 'Apply to {plan}',
    },
    seats: {one: '{count} seat', other: '{count} seats'},
    review: {
        subscribe: 'You choose {plan}.',
        upgrade: 'You move up to {plan}.',
        downgrade: 'You move down to {plan}.',
        none: 'You change how you pay for {plan}.',
        now: 'Due now: {amount}',
        credit: 'Credited now: {amount}',
        next: 'Then {amount} on {date}',
        at_end: 'It changes on {date}. Until then you keep what you have.',
        trial: 'Start with the free trial; nothing is due today',
        to_payment: 'Go on to payment',
        confirm: 'Confirm',
        back: 'Back',
    },
    payment: {
        pay: 'Pay',
        save: 'Save payment method',
        loading: 'The payment form is loading.',
        done: 'Thank you. Your subscription is being updated.',
        slow: 'Thank you. This takes a little longer than usual; you can leave this page.',
        failed: 'The payment did not go through. Nothing was charged; please try again.',
        no_script: 'The payment form could not be loaded. Please try again.',
    },
    invoices: {
        pay: 'Pay {amount}',
        none: 'No invoice is open.',
    },
    cancel: {
        text: 'Everything stays as it is until the end of the period that is paid for.',
        confirm: 'Cancel subscription',
        back: 'Keep subscription',
    },
    messages: {
        loading: 'Loading.',
        working: 'One moment.',
        changed: 'Your change is made.',
        canceled: 'Your subscription will end with the period.',
        resumed: 'Your subscription goes on.',
        retry: 'Try again',
    },
    // By a problem's code; the rest is `other`.
    problems: {
        unauthenticated: 'Please sign in again.',
        token_expired: 'Please sign in again.',
        no_active_organization: 'Please choose an organization first.',
        not_found: 'This organization is not yours.',
        admin_required: 'Only an administrator of your organization can do this.',
        impersonated_session: 'Nothing can be changed in somebody else\'s name.',
        card_declined: 'The card was declined. Please try another one.',
        operation_in_progress: 'Another change is under way. Please try again in a moment.',
        already_subscribed: 'There is a subscription already. Please load the page again.',
        return_url_refused: 'Stripe may not send anybody back to this page. Whoever runs Billhook adds its origin to api.return_origins.',
        no_customer: 'There is nothing to show yet.',
        no_subscription: 'There is no subscription to change.',
        trial_unavailable: 'Your organization has had its trial.',
        price_unavailable: 'This plan is not sold that way at the moment.',
        other_currency: 'This plan is not sold in your currency.',
        nothing_to_resume: 'Your subscription goes on already.',
        rate_limited: 'That was too often. Please try again in a minute.',
        other: 'That did not work. Please try again later.',
    },
    // Names of features and limits; the rest is spelled as its key.
    features: {},
};

// The page's own sentences with the application's over them, two levels deep.
export function withStrings(over = {}) {
    const merged = {...strings};
    for (const [table, words] of Object.entries(over)) {
        merged[table] = {...strings[table], ...words};
    }
    return merged;
}
