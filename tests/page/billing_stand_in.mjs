import {readFile} from 'node:fs/promises';
import {problem, standIn, standing} from './stand_in.mjs';

// An organization that can be billed without Billhook and Stripe, for a browser: `node billing_stand_in.mjs` prints the
// address. PUT /_scene sets the standing; /_stripe/confirm is what stripe_stand_in.js tells once a card is taken.

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const prices = (amount) => [
    {interval: 'month', currency: 'usd', amount_minor: amount, per_seat: true},
    {interval: 'year', currency: 'usd', amount_minor: amount * 10, per_seat: true},
];
const catalogue = [
    {plan: 'basic', name: 'Basic', features: {treatment_notes: false, webhook_integrations: false},
        limits: {patients_max: 50, prioritized_max: 10}, limits_per_seat: {patients_max: 50}, prices: prices(2900)},
    {plan: 'pro', name: 'Pro', features: {treatment_notes: true, webhook_integrations: true},
        limits: {patients_max: null, prioritized_max: null}, limits_per_seat: {}, prices: prices(7900)},
    {plan: 'enterprise', name: 'Enterprise', features: {treatment_notes: true, webhook_integrations: true},
        limits: {patients_max: null, prioritized_max: null}, limits_per_seat: {}, prices: prices(19900)},
];
const levels = catalogue.map((each) => each.plan);
const unpaid = ['trial', 'trial_over', 'canceled', 'ended', 'unknown', 'incomplete', 'fallback', 'granted'];

let scene = standing();
let options = {}; // of a scene: priced, trial_available, confirm (of a change), arrives (when the webhook comes)
let version = 0;
let waiting = null; // what a secret confirms
let lastAfter = 0;

function become(next) {
    scene = next;
    version += 1;
}

function amountOf(order) {
    const price = catalogue.find((each) => each.plan === order.plan).prices.find((each) => each.interval === order.interval);
    return price.amount_minor * (order.quantity ?? 1);
}

function paid(order) {
    return standing({
        role: scene.role, plan: order.plan, seats: order.quantity ?? 1, billing_interval: order.interval,
        amount_minor: amountOf(order), reason: order.trial ? 'trialing' : 'paid', renews_at: later(30),
        trial_ends_at: order.trial ? later(14) : null,
    });
}

function plans() {
    const at = unpaid.includes(scene.reason) ? -1 : levels.indexOf(scene.plan);
    return {
        plans: catalogue.map((each, index) => {
            const shown = {...each, current: index === at,
                change: index === at ? 'none' : at < 0 ? 'subscribe' : index > at ? 'upgrade' : 'downgrade'};
            if (options.priced === false) {
                delete shown.prices;
            }
            return shown;
        }),
        trial_available: options.trial_available ?? false,
    };
}

function orderOf(body) {
    return {plan: body.plan ?? scene.plan, interval: body.interval ?? scene.billing_interval ?? 'month',
        quantity: body.quantity ?? scene.seats ?? 1, trial: body.trial ?? false};
}

function preview(order) {
    const {change} = plans().plans.find((each) => each.plan === order.plan);
    const ends = change === 'downgrade';
    return {...order, change, when: ends ? 'period_end' : 'now', currency: 'usd',
        amount_now_minor: ends || change === 'none' ? 0 : amountOf(order), amount_next_minor: amountOf(order), next_at: later(30)};
}

function changed(confirm) {
    return {subscription: 'sub_1', subscription_status: 'active', plan: scene.plan, quantity: scene.seats, created: true,
        cancels_at: scene.cancels_at, payment_pending: confirm !== 'none', confirm,
        client_secret: confirm === 'none' ? null : 'secret_1', after: `0:${++lastAfter}`};
}

const calls = {
    'GET /standing': ({headers}) => {
        const tag = `W/"${version}"`;
        return headers['if-none-match'] === tag ? {status: 304} : {headers: {ETag: tag}, body: scene};
    },
    'POST /customer': () => ({body: {customer: 'cus_1', created: true, after: `0:${++lastAfter}`}}),
    'POST /subscription/preview': ({body}) => ({body: preview(orderOf(body))}),
    'POST /subscription': ({body}) => {
        waiting = orderOf(body);
        return {status: 201, body: changed(body.trial ? 'setup' : 'payment')};
    },
    'PATCH /subscription': ({body}) => {
        const order = orderOf(body);
        if (preview(order).when === 'period_end') {
            become({...scene, pending_change: {plan: order.plan, quantity: order.quantity, at: scene.renews_at, until: null}});
        } else if (options.confirm) {
            waiting = order;
            return {body: changed(options.confirm)};
        } else {
            become(paid(order));
        }
        return {body: changed('none')};
    },
    'DELETE /subscription': () => {
        become({...scene, cancels_at: scene.renews_at, renews_at: null});
        return {body: changed('none')};
    },
    'POST /resume': () => {
        become({...scene, reason: 'paid', access: 'full', required_action: null, renews_at: scene.renews_at ?? scene.cancels_at,
            cancels_at: null, pending_change: null});
        return {body: changed('none')};
    },
    'POST /checkout': () => ({status: 201, body: {session: 'cs_1', mode: 'hosted', url: '/_checkout', client_secret: null,
        expires_at: later(1), created: true}}),
    'GET /portal': () => ({body: {url: '/_portal'}}),
    'GET /invoices/open': () => ({body: {invoices: options.invoices ?? [
        {invoice: 'in_1', amount_due_minor: 15800, currency: 'usd', link: '/_invoice'}]}}),
};
const writes = (what) => what.method !== 'GET' || /portal|invoices/.test(what.path);

async function answer(what) {
    if (what.path === '/_scene') {
        options = what.body.options ?? {};
        become(standing(what.body.standing));
        return {body: {}};
    }
    if (what.path === '/_stripe/confirm') {
        become(paid(waiting));
        return {body: {}};
    }
    if (what.path === '/config.json') {
        return {body: options.hosted ? {} : {publishable_key: 'pk_test_of_nobody', stripe_js: '/_stripe/stripe.js'}};
    }
    if (what.path === '/_stripe/stripe.js') {
        return {headers: {'Content-Type': 'text/javascript'},
            body: await readFile(new URL('../../tools/simulator/stripe_stand_in.js', import.meta.url), 'utf8')};
    }
    if (/^\/_(portal|invoice|checkout)$/.test(what.path)) {
        return {headers: {'Content-Type': 'text/html'}, body: `<!doctype html><title>${what.path.slice(2)}</title>`};
    }
    if (what.path === '/v1/plans') {
        return {body: plans()};
    }
    const call = what.path.match(/^\/v1\/organizations\/org_1(\/.*)$/)?.[1];
    if (!call) {
        return what.path.startsWith('/v1/') ? problem(404, 'not_found') : undefined;
    }
    return writes(what) && scene.role !== 'admin' ? problem(403, 'admin_required') : calls[`${what.method} ${call}`]?.(what);
}

const server = await standIn(answer);
console.log(server.address);
