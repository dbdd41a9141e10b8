import './billhook.js';

// The page for a try without an application around it: #organization=...&token=... of the address, which is never sent
// to a server, and config.json beside this file. An application sets attributes and property itself.

const kept = 'billhook-page'; // for a reload and for the way back from Stripe; gone with the tab

function told() {
    const given = new URLSearchParams(location.hash.slice(1));
    if (given.has('token')) {
        sessionStorage.setItem(kept, JSON.stringify(Object.fromEntries(given)));
        history.replaceState(null, '', location.pathname + location.search);
    }
    return JSON.parse(sessionStorage.getItem(kept) ?? '{}');
}

const [{organization, token}, config] = [told(), await (await fetch('config.json')).json()];
const billing = document.querySelector('billhook-billing');
for (const [attribute, value] of Object.entries({
    'publishable-key': config.publishable_key,
    'stripe-js': config.stripe_js,
    organization,
})) {
    if (value) {
        billing.setAttribute(attribute, value);
    }
}
if (token) {
    billing.token = token;
} else {
    billing.textContent = billing.strings.problems.unauthenticated;
}
