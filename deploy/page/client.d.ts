/** The answers of Billhook's billing API, as /openapi.json has them: times RFC 3339 in UTC, amounts whole numbers of
 *  the currency's smallest unit. */

export type Reason =
    | 'trial' | 'trial_over' | 'incomplete' | 'trialing' | 'paid' | 'settled' | 'grace' | 'restricted' | 'unpaid'
    | 'paused' | 'canceled' | 'unknown_status' | 'unknown' | 'ended' | 'exempt' | 'fallback' | 'granted';

/** More may come; none goes. */
export type Open<Known extends string> = Known | (string & {});

export interface PendingChange {
    plan: string | null;
    quantity: number | null;
    at: string | null;
    until: string | null;
}

export interface Standing {
    organization_id: string;
    plan: string | null;
    access: 'full' | 'restricted' | 'none';
    reason: Open<Reason>;
    /** Of whoever asks. */
    role: 'admin' | 'member';
    subscription_status: string;
    in_dunning: boolean;
    stale: boolean;
    unlisted: boolean;
    grace_until: string | null;
    restricted_until: string | null;
    next_change_at: string | null;
    renews_at: string | null;
    cancels_at: string | null;
    trial_ends_at: string | null;
    seats: number | null;
    billing_interval: string | null;
    billing_interval_count: number | null;
    currency: string | null;
    amount_minor: number | null;
    pending_change: PendingChange | null;
    features: Record<string, boolean>;
    /** Null: unlimited. */
    limits: Record<string, number | null>;
    required_action: {type: Open<'pay' | 'subscribe' | 'resume' | 'ask_administrator'>; path?: string} | null;
    as_of: string | null;
}

export interface Gate {
    feature: string;
    type: 'switch' | 'limit';
    allowed: boolean;
    /** Of a limit; null: unlimited. */
    limit?: number | null;
    /** While Postgres is away: what was answered last, or what the operator states. */
    basis: Open<'standing' | 'last_answer' | 'stated'>;
}

export type Interval = 'month' | 'year';

export interface Price {
    interval: Interval;
    currency: string;
    amount_minor: number;
    per_seat: boolean;
}

export interface Plan {
    plan: string;
    name: string;
    current: boolean;
    change: 'none' | 'subscribe' | 'upgrade' | 'downgrade';
    features: Record<string, boolean>;
    limits: Record<string, number | null>;
    limits_per_seat: Record<string, number>;
    /** At list price; absent where the server does not tell prices. */
    prices?: Price[];
}

export interface Plans {
    plans: Plan[];
    trial_available: boolean;
}

export interface Order {
    plan: string;
    interval: Interval;
    quantity?: number;
    trial?: boolean;
}

export interface CheckoutOrder extends Order {
    mode?: 'hosted' | 'embedded' | 'elements';
    success_url?: string;
    cancel_url?: string;
    return_url?: string;
}

/** At least one of the first three. */
export interface Change {
    plan?: string;
    interval?: Interval;
    quantity?: number;
    when?: 'now' | 'period_end';
}

/** Which of Stripe.js to call with the secret; never log or store it. */
export interface Confirmation {
    confirm: 'none' | 'payment' | 'setup';
    client_secret: string | null;
}

export interface MadeSubscription extends Confirmation {
    subscription: string | null;
    subscription_status: string;
    created: boolean;
    after: string | null;
}

export interface Subscription extends Confirmation {
    subscription: string | null;
    subscription_status: string;
    plan: string | null;
    quantity: number | null;
    cancels_at: string | null;
    payment_pending: boolean;
    after: string | null;
}

export interface CheckoutSession {
    session: string;
    mode: 'hosted' | 'embedded' | 'elements';
    url: string | null;
    client_secret: string | null;
    expires_at: string | null;
    created: boolean;
}

export interface Preview {
    change: 'none' | 'subscribe' | 'upgrade' | 'downgrade';
    when: 'now' | 'period_end';
    plan: string;
    interval: Interval;
    quantity: number;
    currency: string | null;
    amount_now_minor: number;
    amount_next_minor: number;
    next_at: string | null;
}

export interface OpenInvoices {
    invoices: {
        invoice: string | null;
        amount_due_minor: number | null;
        currency: string | null;
        link: string | null;
    }[];
}

/** Why a call failed: RFC 9457. */
export class Problem extends Error {
    /** Stable: those of /openapi.json, `unreachable` (no answer) and `unreadable_answer` (not of this API). */
    readonly code: string;
    readonly title: string;
    /** 0: there was no answer. */
    readonly status: number;
    /** The very same call may succeed later. */
    readonly retryable: boolean;
    /** Stripe's, where Stripe was asked. */
    readonly request_id: string | null;
    /** Seconds; null: not told. */
    readonly retry_after: number | null;
}

export interface Reading {
    signal?: AbortSignal;
}

export interface Writing extends Reading {
    /** One of its own for each call by default; all tries of a call have the same. */
    idempotency_key?: string;
}

/** Each throws a Problem. A standing or gate that is asked for after a write contains it. */
export interface Client {
    readonly organization: string;
    /** The very same object while the server says that nothing changed (ETag). */
    standing(options?: Reading): Promise<Standing>;
    can(feature: string, options?: Reading): Promise<Gate>;
    plans(options?: Reading): Promise<Plans>;
    invoices(options?: Reading): Promise<OpenInvoices>;
    /** A link for one click, never kept: ask for it when somebody clicks. */
    portal(options?: Reading & {
        flow?: 'payment_method_update' | 'subscription_cancel' | 'subscription_update';
        return_url?: string;
    }): Promise<{url: string}>;
    customer(options?: Writing): Promise<{customer: string; created: boolean; after: string | null}>;
    subscription(order: Order, options?: Writing): Promise<MadeSubscription>;
    checkout(order: CheckoutOrder, options?: Writing): Promise<CheckoutSession>;
    preview(change: Change, options?: Writing): Promise<Preview>;
    change(change: Change, options?: Writing): Promise<Subscription>;
    cancel(options?: Writing & {when?: 'now' | 'period_end'}): Promise<Subscription>;
    resume(options?: Writing): Promise<Subscription>;
}

export interface ClientOptions {
    organization: string;
    /** A bearer token, or what gives a fresh one: it is asked before every try. */
    token: string | (() => string | Promise<string>);
    /** The API's origin; the page's own by default. */
    api?: string;
    /** How often a call that may succeed later is repeated (2). Longer than 5 s is never waited. */
    repeats?: number;
}

export function createClient(options: ClientOptions): Client;

/** What `can` would say, of a standing at hand. False for a feature that no plan has. */
export function allows(standing: Standing, feature: string): boolean;
