import {isAdministrator} from './banner.js';
import {element} from './dom.js';
import {counted, day, fill, money, spelled} from './words.js';

// Parts of the billing page, made of a standing and the plans. What somebody does is told to `act`.

export function intervalOf(standing) {
    const single = standing.billing_interval_count === null || standing.billing_interval_count === 1;
    return single && ['month', 'year'].includes(standing.billing_interval) ? standing.billing_interval : null;
}

// What an administrator may choose beside the plan; seats where they mean something.
export function sellsSeats(standing, plans) {
    return (standing.seats ?? 1) > 1 || plans.some((each) =>
        Object.keys(each.limits_per_seat).length > 0 || each.prices?.some((price) => price.per_seat));
}

function row(name, value) {
    return value === null ? [] : [element('dt', {}, name), element('dd', {}, value)];
}

export function subscriptionView(standing, {strings, locale, planName, act}) {
    const words = strings.subscription;
    const at = (time) => (time === null ? null : day(time, locale));
    const pays = standing.amount_minor !== null && standing.currency !== null;
    const template = strings.plans[`price_${intervalOf(standing) ?? 'other'}`];
    const administrator = isAdministrator(standing);
    const arranged = standing.cancels_at !== null || standing.pending_change !== null;
    const button = (name, label) => element('button', {type: 'button', 'data-focus': name, click: () => act(name)}, label);
    return [
        element('h2', {id: 'billhook-subscription'}, strings.titles.subscription),
        element('dl', {},
            row(words.plan, planName(standing.plan) ?? words.none),
            row(words.price, pays && administrator ?
                fill(template, {money: money(standing.amount_minor, standing.currency, locale)}) : null),
            row(words.seats, standing.seats === null ? null : counted(strings.seats, standing.seats, locale)),
            row(words.trial_ends_at, at(standing.trial_ends_at)),
            row(words.renews_at, at(standing.renews_at)),
            row(words.cancels_at, at(standing.cancels_at))),
        administrator && element('p', {class: 'billhook-buttons'},
            button('portal', words.portal),
            arranged && button('keep', words.keep),
            standing.renews_at !== null && standing.cancels_at === null && button('cancel', words.cancel)),
    ];
}

function featureList(plan, names, {strings, locale}) {
    const words = strings.plans;
    const label = (key) => strings.features[key] ?? spelled(key);
    const limit = (key) => {
        const most = plan.limits[key] ?? null;
        const base = Object.hasOwn(plan.limits, key) && most === null ? words.unlimited
            : new Intl.NumberFormat(locale).format(most ?? 0);
        const more = plan.limits_per_seat[key];
        const count = more && new Intl.NumberFormat(locale).format(more);
        return more ? `${base}, ${fill(words.per_seat, {count})}` : base;
    };
    const switches = names.features.map((key) => {
        const has = plan.features[key] === true;
        return element('li', {class: has ? 'billhook-has' : 'billhook-lacks'}, label(key),
            element('span', {class: 'billhook-unseen'}, `, ${has ? words.included : words.excluded}`));
    });
    const limits = names.limits.map((key) => element('li', {class: 'billhook-has'}, `${label(key)}: ${limit(key)}`));
    return element('ul', {role: 'list'}, limits, switches);
}

function priceLine(plan, choice, {strings, locale}) {
    const price = plan.prices?.find((each) => each.interval === choice.interval);
    if (!price) {
        return plan.prices ? null : strings.plans.price_later;
    }
    const template = strings.plans[`price_${price.per_seat ? 'seat_' : ''}${price.interval}`];
    return fill(template, {money: money(price.amount_minor, price.currency, locale)});
}

// Null: there is nothing to choose here.
function choiceLabel(plan, choice, standing, words) {
    if (plan.prices && !plan.prices.some((each) => each.interval === choice.interval)) {
        return null; // not sold so
    }
    if (plan.change !== 'none') {
        return fill(words[plan.change], {plan: plan.name});
    }
    const same = choice.interval === intervalOf(standing) && (choice.quantity ?? standing.seats) === standing.seats;
    return same ? null : fill(words.apply, {plan: plan.name});
}

function planCard(plan, names, standing, choice, with_) {
    const {strings, locale, act} = with_;
    const words = strings.plans;
    const next = standing.pending_change;
    const comes = next?.at && next.plan === plan.plan && !plan.current ? fill(words.from, {date: day(next.at, locale)}) : null;
    const label = isAdministrator(standing) ? choiceLabel(plan, choice, standing, words) : null;
    const id = `billhook-plan-${encodeURIComponent(plan.plan)}`;
    const price = isAdministrator(standing) ? priceLine(plan, choice, with_) : null;
    return element('li', {class: plan.current ? 'billhook-plan billhook-current' : 'billhook-plan', 'aria-labelledby': id},
        element('h3', {id}, plan.name),
        plan.current && element('p', {class: 'billhook-badge'}, words.current),
        comes && element('p', {class: 'billhook-badge'}, comes),
        price && element('p', {class: plan.prices ? 'billhook-price' : 'billhook-note'}, price),
        featureList(plan, names, with_),
        label && element('button', {
            type: 'button',
            class: plan.change === 'downgrade' ? null : 'billhook-main',
            'data-focus': `plan ${plan.plan}`,
            click: () => act('choose', plan),
        }, label));
}

function options(standing, plans, choice, {strings, act}) {
    const words = strings.plans;
    const radio = (interval) => element('label', {},
        element('input', {
            type: 'radio',
            name: 'billhook-interval',
            value: interval,
            'data-focus': `interval ${interval}`,
            checked: choice.interval === interval,
            change: () => act('interval', interval),
        }), ` ${words[interval]}`);
    const seats = sellsSeats(standing, plans) && element('label', {}, `${words.seats} `,
        element('input', {
            type: 'number',
            min: 1,
            max: 999999,
            step: 1,
            inputmode: 'numeric',
            required: true,
            'data-focus': 'seats',
            value: choice.quantity ?? standing.seats ?? 1,
            input: (event) => act('seats', event.target),
        }));
    return element('div', {class: 'billhook-options'},
        element('fieldset', {}, element('legend', {}, words.interval), radio('month'), radio('year')),
        seats);
}

// Apart from the options: it is made anew while somebody is in one of them.
export function planList(standing, plans, choice, with_) {
    const keys = (table) => [...new Set(plans.flatMap((each) => Object.keys(each[table])))];
    const names = {features: keys('features'), limits: keys('limits')};
    return element('ul', {class: 'billhook-plan-list', role: 'list'},
        plans.map((each) => planCard(each, names, standing, choice, with_)));
}

export function plansView(standing, plans, choice, with_) {
    return [
        element('h2', {id: 'billhook-plans', tabindex: '-1', 'data-focus': 'plans'}, with_.strings.titles.plans),
        isAdministrator(standing) && options(standing, plans, choice, with_),
        planList(standing, plans, choice, with_),
    ];
}

// What a change costs, as the server counts it.
export function reviewView(preview, trial, with_) {
    const {strings, locale, planName, act, publishableKey} = with_;
    const words = strings.review;
    const paid = (amount) => (preview.currency === null ? null : money(amount, preview.currency, locale));
    const date = preview.next_at === null ? null : day(preview.next_at, locale);
    const atEnd = preview.when === 'period_end';
    const now = preview.amount_now_minor < 0
        ? fill(words.credit, {amount: paid(-preview.amount_now_minor)})
        : fill(words.now, {amount: paid(preview.amount_now_minor)});
    const first = preview.change === 'subscribe';
    const costs = [
        atEnd ? fill(words.at_end, {date}) : now,
        fill(words.next, {amount: paid(preview.amount_next_minor), date}),
    ];
    const free = first && trial.available && trial.chosen; // what is counted does not know of the trial
    const lines = [fill(words[preview.change], {plan: planName(preview.plan)}), ...(free ? [] : costs)];
    return [
        lines.filter((each) => each !== null).map((each) => element('p', {}, each)),
        first && trial.available && element('p', {}, element('label', {},
            element('input', {
                type: 'checkbox',
                'data-focus': 'trial',
                checked: trial.chosen,
                change: (event) => act('trial', event.target.checked),
            }),
            ` ${words.trial}`)),
        element('p', {class: 'billhook-buttons'},
            element('button', {type: 'button', class: 'billhook-main', click: () => act('confirm')},
                first && publishableKey !== null ? words.to_payment : words.confirm),
            element('button', {type: 'button', click: () => act('back')}, words.back)),
    ];
}

export function invoicesView(invoices, {strings, locale, act}) {
    const words = strings.invoices;
    const payable = invoices.filter((each) => each.link !== null);
    return [
        payable.length === 0 && element('p', {}, words.none),
        element('ul', {role: 'list'}, payable.map((each) => element('li', {},
            element('a', {href: each.link, rel: 'noreferrer'}, each.amount_due_minor !== null && each.currency !== null
                ? fill(words.pay, {amount: money(each.amount_due_minor, each.currency, locale)})
                : strings.actions.pay)))),
        element('p', {class: 'billhook-buttons'},
            element('button', {type: 'button', click: () => act('back')}, strings.review.back)),
    ];
}
