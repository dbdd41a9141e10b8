import {day, fill} from './words.js';

// What a standing says to whoever looks at it. Pure.

// How loud a reason is. `quiet` is shown on the billing page alone.
const tones = {
    trial: 'info',
    trial_over: 'danger',
    incomplete: 'warning',
    trialing: 'quiet',
    paid: 'quiet',
    settled: 'quiet',
    grace: 'warning',
    restricted: 'danger',
    unpaid: 'danger',
    paused: 'warning',
    canceled: 'danger',
    ended: 'danger',
    unknown_status: 'quiet',
    unknown: 'quiet',
    exempt: 'quiet',
    fallback: 'info',
    granted: 'quiet',
};
const toneOfAccess = {full: 'quiet', restricted: 'warning', none: 'danger'};

export const reasons = Object.keys(tones);

export function isAdministrator(standing) {
    return standing.role === 'admin';
}

// Whether a payment that was made just now has not arrived in it.
export function waitsForPayment(standing) {
    return standing.required_action !== null || Boolean(standing.pending_change?.until) ||
        ['trial', 'unknown'].includes(standing.reason);
}

function dates(standing, locale, now) {
    const shown = {};
    for (const name of ['trial_ends_at', 'renews_at', 'cancels_at', 'grace_until', 'restricted_until']) {
        shown[name] = standing[name] ? day(standing[name], locale, now) : null;
    }
    return shown;
}

// Sentences about what is arranged and not in force yet.
function arranged(standing, with_) {
    const {strings, locale, now, planName} = with_;
    const found = [fill(strings.arranged.cancels_at, dates(standing, locale, now))];
    const next = standing.pending_change;
    if (next) {
        const values = {
            next: planName(next.plan),
            at: next.at ? day(next.at, locale, now) : null,
            until: next.until ? day(next.until, locale, now) : null,
        };
        const words = strings.arranged;
        found.push(next.plan === null ? fill(words.changes_somehow_at, values) : fill(words.changes_at, values));
        found.push(next.plan === null ? fill(words.waits_somehow_until, values) : fill(words.waits_until, values));
    }
    return found;
}

// {tone, sentences, action}: `action` is null, or what the banner's button does: pay, subscribe, resume. A member
// gets none. `planName` names a plan by its key; null where it has none.
export function bannerOf(standing, with_) {
    const {strings, locale, now, planName} = with_;
    const known = Object.hasOwn(tones, standing.reason) && strings.banners[standing.reason];
    const text = known || strings.otherBanners[standing.access] || strings.otherBanners.full;
    const administrator = isAdministrator(standing);
    const values = {...dates(standing, locale, now), plan: planName(standing.plan)};
    const sentences = text[administrator ? 'administrator' : 'member'].map((each) => fill(each, values));
    if (administrator) {
        sentences.push(...arranged(standing, with_));
    }
    const action = standing.required_action?.type;
    return {
        tone: known ? tones[standing.reason] : toneOfAccess[standing.access] ?? 'quiet',
        sentences: sentences.filter((each) => each !== null),
        action: administrator && Object.hasOwn(strings.actions, action ?? '') ? action : null,
    };
}
