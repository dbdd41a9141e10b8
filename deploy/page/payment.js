import {element} from './dom.js';

// Stripe's Payment Element. Its script comes from Stripe alone and is never bundled; the train is that of the API
// version which the server asks for (docs.stripe.com/sdks/stripejs-versioning).
export const stripeScript = 'https://js.stripe.com/endive/stripe.js';

let loading = null;

function loaded(source) {
    loading ??= new Promise((resolve, reject) => {
        const script = element('script', {src: source, async: true});
        script.addEventListener('load', () => resolve(globalThis.Stripe));
        script.addEventListener('error', () => {
            script.remove();
            loading = null; // the next click tries again
            reject(new Error('no script'));
        });
        document.head.append(script);
    });
    return loading;
}

// Where Stripe sends the browser after a redirect: this page, without what an earlier return left in the address.
const returned = ['payment_intent', 'payment_intent_client_secret', 'setup_intent', 'setup_intent_client_secret',
    'redirect_status', 'billhook'];

export function returnAddress(extra = {}) {
    const here = new URL(location.href);
    here.hash = '';
    returned.forEach((each) => here.searchParams.delete(each));
    Object.entries(extra).forEach(([name, value]) => here.searchParams.set(name, value));
    return here.href;
}

// What a return says, taken out of the address bar: null, 'failed' or 'done'. It says nothing about access.
export function takeReturn() {
    const here = new URL(location.href);
    if (!returned.some((each) => here.searchParams.has(each))) {
        return null;
    }
    const failed = here.searchParams.get('redirect_status') === 'failed';
    returned.forEach((each) => here.searchParams.delete(each));
    history.replaceState(history.state, '', here);
    return failed ? 'failed' : 'done';
}

const shownByStripe = ['card_error', 'validation_error']; // their texts are for the payer

// A form that confirms `what` ({confirm, client_secret}). `where` is in the document already and not in a shadow tree:
// Stripe refuses both. Calls `done` once Stripe has taken it, `back` if the payer leaves it.
export async function paymentForm(where, {what, publishableKey, source, strings, locale, label, done, back}) {
    const mount = element('div', {class: 'billhook-payment', 'aria-busy': 'true'});
    const wrong = element('p', {class: 'billhook-wrong', role: 'alert'});
    const submit = element('button', {type: 'submit', class: 'billhook-main', disabled: true}, label);
    const leave = element('button', {type: 'button'}, strings.review.back);
    const form = element('form', {}, mount, wrong, element('p', {class: 'billhook-buttons'}, submit, leave));
    where.append(form);
    leave.addEventListener('click', back);

    let stripe;
    try {
        stripe = (await loaded(source))(publishableKey, {locale: locale ?? 'auto'});
    } catch {
        wrong.textContent = strings.payment.no_script;
        return;
    }
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const elements = stripe.elements({
        clientSecret: what.client_secret,
        appearance: {theme: dark ? 'night' : 'stripe'},
    });
    const payment = elements.create('payment');
    payment.on('ready', () => {
        mount.removeAttribute('aria-busy');
        submit.disabled = false;
        payment.focus();
    });
    payment.on('loaderror', () => (wrong.textContent = strings.payment.no_script));
    payment.mount(mount);

    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        wrong.textContent = '';
        submit.disabled = leave.disabled = true;
        form.setAttribute('aria-busy', 'true');
        const confirm = what.confirm === 'setup' ? stripe.confirmSetup : stripe.confirmPayment;
        const {error} = await confirm
            .call(stripe, {elements, confirmParams: {return_url: returnAddress()}, redirect: 'if_required'})
            .catch(() => ({error: {}}));
        form.removeAttribute('aria-busy');
        submit.disabled = leave.disabled = false;
        if (!error) {
            done();
            return;
        }
        wrong.textContent = shownByStripe.includes(error.type) ? error.message : strings.payment.failed;
    });
}
