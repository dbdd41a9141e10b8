import {bannerOf, isAdministrator, waitsForPayment} from './banner.js';
import {createClient, Problem} from './client.js';
import {element, show, stepHeading} from './dom.js';
import {paymentForm, returnAddress, stripeScript, takeReturn} from './payment.js';
import {withStrings} from './strings.js';
import {intervalOf, invoicesView, planList, plansView, reviewView, subscriptionView} from './views.js';
import {watchOf} from './watch.js';

// <billhook-billing organization="org_1" publishable-key="pk_..." api="https://billing.example.com">, with the property
// `token`: a bearer token, or a function that gives a fresh one. README.md beside this has the rest.
//
// It stands in the document itself and not in a shadow tree, where Stripe's Payment Element refuses to be.

const updateTries = 15; // for a standing to show what was paid, every two seconds
const updatePause = 2_000;

class BillhookBilling extends HTMLElement {
    static observedAttributes = ['organization', 'api', 'locale', 'page'];

    #token = null;
    #strings = withStrings();
    #client = null;
    #plans = null;
    #choice = {interval: 'month', quantity: null};
    #step = null; // {preview, order, trial} while a change is looked at
    #stop = null;
    #parts = null;

    connectedCallback() {
        // Properties that were set before this class was known hide those of the class.
        for (const name of ['token', 'strings']) {
            if (Object.hasOwn(this, name)) {
                const value = this[name];
                delete this[name];
                this[name] = value;
            }
        }
        this.#restart();
    }

    disconnectedCallback() {
        this.#stop?.();
        this.#stop = null;
    }

    attributeChangedCallback() {
        this.#restart();
    }

    get token() {
        return this.#token;
    }

    set token(value) {
        this.#token = value;
        this.#restart();
    }

    get strings() {
        return this.#strings;
    }

    set strings(value) {
        this.#strings = withStrings(value);
        this.#restart();
    }

    get client() {
        return this.#client;
    }

    get #with() {
        return {
            strings: this.#strings,
            locale: this.getAttribute('locale') ?? (document.documentElement.lang || undefined),
            publishableKey: this.getAttribute('publishable-key'),
            planName: (key) => this.#plans?.plans.find((each) => each.plan === key)?.name ?? key,
            act: (what, value) => void this.#act(what, value),
        };
    }

    #restart() {
        this.#stop?.();
        this.#stop = null;
        const organization = this.getAttribute('organization');
        if (!this.isConnected || !organization || this.#token === null) {
            return;
        }
        const page = (name) => element('section', {class: `billhook-${name}`, 'aria-labelledby': `billhook-${name}`, hidden: true});
        this.#parts = {
            status: element('p', {class: 'billhook-status', role: 'status'}, this.#strings.messages.loading),
            banner: element('section', {class: 'billhook-banner', 'aria-label': this.#strings.titles.standing, 'aria-live': 'polite', hidden: true}),
            step: element('section', {class: 'billhook-step', hidden: true}),
            subscription: page('subscription'),
            plans: page('plans'),
        };
        this.replaceChildren(...Object.values(this.#parts));
        this.#step = this.#plans = null;
        this.#client = createClient({organization, token: this.#token, api: this.getAttribute('api') ?? ''});
        const watch = watchOf(this.#client);
        this.#stop = watch.subscribe(() => void this.#changed(watch.get()));
        const back = this.hasAttribute('page') ? null : takeReturn();
        if (back === 'failed') {
            this.#say(this.#strings.payment.failed);
        } else if (back === 'done') {
            void this.#awaitUpdate();
        }
    }

    #say(text) {
        this.#parts.status.textContent = text;
    }

    #sayProblem(problem) {
        const words = this.#strings.problems;
        this.#say((problem instanceof Problem && words[problem.code]) || words.other);
    }

    async #changed({standing, problem}) {
        if (problem) {
            this.#sayProblem(problem);
        }
        if (!standing) {
            return;
        }
        const {client} = this;
        if (!this.hasAttribute('page') || standing.plan !== null) {
            const plans = await client.plans().catch(() => this.#plans);
            if (client !== this.#client || standing !== watchOf(client).get().standing) {
                return; // another organization or a newer standing meanwhile
            }
            this.#plans = plans;
        }
        if (!this.#choice.chosen) {
            this.#choice = {interval: intervalOf(standing) ?? 'month', quantity: null};
        }
        this.#render(standing);
        if (!problem && this.#parts.status.textContent === this.#strings.messages.loading) {
            this.#say('');
        }
        this.dispatchEvent(new CustomEvent('billhook-standing', {detail: standing, bubbles: true}));
    }

    #render(standing) {
        const with_ = this.#with;
        const {tone, sentences, action} = bannerOf(standing, with_);
        const alone = this.getAttribute('page');
        this.#parts.banner.dataset.tone = tone;
        if (alone !== null) {
            const look = isAdministrator(standing) && element('a', {href: alone}, with_.strings.actions[action ?? 'look']);
            show(this.#parts.banner, tone === 'quiet' && action === null ? [] : [element('p', {}, sentences.join(' ')), look]);
            return;
        }
        show(this.#parts.banner, element('p', {}, sentences.join(' ')), action && element('button', {
            type: 'button',
            class: 'billhook-main',
            'data-focus': 'action',
            click: () => with_.act(action),
        }, with_.strings.actions[action]));
        show(this.#parts.subscription, subscriptionView(standing, with_));
        show(this.#parts.plans, this.#plans ? plansView(standing, this.#plans.plans, this.#choice, with_) : []);
    }

    #open(title, ...children) {
        show(this.#parts.step, stepHeading(title), ...children);
        this.#enter(title);
    }

    #enter(title) {
        this.#parts.step.setAttribute('aria-label', title);
        this.#parts.step.firstChild.focus();
        this.#parts.step.scrollIntoView({block: 'nearest'});
    }

    #close() {
        // A button that was disabled meanwhile, or a bank's dialog, has left the focus nowhere.
        const inside = [document.body, null].includes(document.activeElement) ||
            this.#parts.step.contains(document.activeElement);
        show(this.#parts.step);
        this.#step = null;
        if (inside) {
            this.querySelector('#billhook-plans')?.focus();
        }
    }

    // What is only looked at happens at once; else one thing at a time, and what fails is said where all is said.
    async #act(what, value) {
        const looks = {
            interval: () => this.#choose({interval: value}),
            seats: () => this.#choose({quantity: value.validity.valid ? value.valueAsNumber : null}),
            trial: () => this.#showReview(value),
            back: () => this.#close(),
        };
        if (Object.hasOwn(looks, what)) {
            looks[what]();
            return;
        }
        const steps = {
            subscribe: () => this.querySelector('#billhook-plans')?.focus(),
            cancel: () => this.#askCancel(),
            choose: () => this.#review(value),
            confirm: () => this.#confirm(),
            pay: () => this.#pay(),
            portal: () => this.#portal(),
            resume: () => this.#did(() => this.#client.resume(), this.#strings.messages.resumed),
            keep: () => this.#did(() => this.#client.resume(), this.#strings.messages.resumed),
            end: () => this.#did(() => this.#client.cancel(), this.#strings.messages.canceled),
        };
        if (this.ariaBusy === 'true') {
            return;
        }
        this.ariaBusy = 'true';
        try {
            await steps[what]();
        } catch (problem) {
            this.#sayProblem(problem);
        } finally {
            this.ariaBusy = null;
        }
    }

    #choose(change) {
        this.#choice = {...this.#choice, ...change, chosen: true};
        const {standing} = watchOf(this.#client).get();
        const list = planList(standing, this.#plans.plans, this.#choice, this.#with);
        this.#parts.plans.querySelector('.billhook-plan-list').replaceWith(list);
    }

    #working() {
        this.#say(this.#strings.messages.working);
    }

    async #portal() {
        this.#working();
        const {url} = await this.#client.portal({return_url: returnAddress()});
        location.assign(url);
    }

    async #pay() {
        this.#working();
        const {invoices} = await this.#client.invoices();
        this.#say('');
        const payable = invoices.filter((each) => each.link !== null);
        if (payable.length === 1) {
            location.assign(payable[0].link);
        } else {
            this.#open(this.#strings.titles.invoices, invoicesView(invoices, this.#with));
        }
    }

    #askCancel() {
        const words = this.#strings.cancel;
        const {act} = this.#with;
        this.#open(this.#strings.titles.cancel, element('p', {}, words.text), element('p', {class: 'billhook-buttons'},
            element('button', {type: 'button', class: 'billhook-danger', click: () => act('end')}, words.confirm),
            element('button', {type: 'button', click: () => act('back')}, words.back)));
    }

    async #review(plan) {
        if (this.#parts.plans.querySelector('input[type=number]')?.reportValidity() === false) {
            return;
        }
        this.#working();
        const order = {plan: plan.plan, interval: this.#choice.interval};
        if (this.#choice.quantity !== null) {
            order.quantity = this.#choice.quantity;
        }
        if (plan.change === 'subscribe') {
            await this.#client.customer(); // without one nothing can be counted
        }
        const preview = await this.#client.preview(order);
        this.#say('');
        this.#step = {order, preview};
        this.#showReview(this.#plans.trial_available);
        this.#enter(this.#strings.titles.review);
    }

    #showReview(chosen) {
        this.#step.trial = chosen;
        const trial = {available: this.#plans.trial_available, chosen};
        show(this.#parts.step, stepHeading(this.#strings.titles.review), reviewView(this.#step.preview, trial, this.#with));
    }

    async #confirm() {
        const {order, preview} = this.#step;
        const first = preview.change === 'subscribe';
        const trial = first && this.#step.trial ? {trial: true} : {};
        if (first && this.#with.publishableKey === null) {
            this.#working();
            const {url} = await this.#client.checkout({
                ...order,
                ...trial,
                mode: 'hosted',
                success_url: returnAddress({billhook: 'returned'}),
                cancel_url: returnAddress(),
            });
            location.assign(url);
            return;
        }
        await this.#did(
            () => (first ? this.#client.subscription({...order, ...trial}) : this.#client.change(order)),
            this.#strings.messages.changed);
    }

    // A write, then whatever it leaves for the payer to do.
    async #did(write, text) {
        this.#working();
        const told = await write();
        if (told.confirm === 'none' || !told.client_secret) {
            this.#close();
            this.#say(text);
            await watchOf(this.#client).refresh();
            return;
        }
        if (this.#with.publishableKey === null) {
            await this.#pay();
            return;
        }
        this.#say(this.#strings.payment.loading);
        this.#open(this.#strings.titles.payment);
        await paymentForm(this.#parts.step, {
            ...this.#with,
            what: told,
            source: this.getAttribute('stripe-js') ?? stripeScript,
            label: this.#strings.payment[told.confirm === 'setup' ? 'save' : 'pay'],
            done: () => (this.#close(), void this.#awaitUpdate()),
            back: () => this.#close(),
        });
        this.#say('');
    }

    // Stripe has taken it; what counts is the standing, which hears of it from Stripe.
    async #awaitUpdate() {
        const watch = watchOf(this.#client);
        this.#say(this.#strings.payment.done);
        for (let tries = 0; tries < updateTries && this.isConnected; ++tries) {
            const {standing, problem} = await watch.refresh();
            if (!problem && !waitsForPayment(standing)) {
                this.#say(this.#strings.messages.changed);
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, updatePause));
        }
        this.#say(this.#strings.payment.slow);
    }
}

customElements.define('billhook-billing', BillhookBilling);
