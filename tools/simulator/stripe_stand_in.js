// What the page uses of Stripe.js, without Stripe: 4242... is taken, ...0002 is declined, ...3155 asks for 3-D Secure.
// Whoever serves this hears of what was confirmed.
const home = new URL('confirm', document.currentScript.src);

globalThis.Stripe = (key) => {
    if (!key.startsWith('pk_')) {
        throw new Error('no publishable key');
    }
    let field;
    function challenge() {
        const dialog = document.createElement('dialog');
        const buttons = ['Complete', 'Fail'].map((text) => Object.assign(document.createElement('button'), {textContent: text}));
        dialog.append('3-D Secure ', ...buttons);
        document.body.append(dialog);
        dialog.showModal();
        return new Promise((resolve) => buttons.forEach((each) => each.addEventListener('click', () => {
            dialog.remove();
            resolve(each.textContent === 'Complete');
        })));
    }
    async function confirm({elements, redirect}) {
        const number = field.value.replaceAll(' ', '');
        if (!elements || redirect !== 'if_required' || !/^\d{16}$/.test(number)) {
            return {error: {type: 'validation_error', message: 'Your card number is incomplete.'}};
        }
        if (number.endsWith('0002')) {
            return {error: {type: 'card_error', message: 'Your card was declined.'}};
        }
        if (number.endsWith('3155') && !(await challenge())) {
            return {error: {type: 'invalid_request_error', message: 'payment_intent_authentication_failure'}};
        }
        const told = await fetch(home, {method: 'POST', body: new URLSearchParams({client_secret: elements.secret})});
        return told.ok ? {} : {error: {type: 'api_error', message: 'Nothing waits for it.'}};
    }
    return {
        elements({clientSecret}) {
            if (!clientSecret) {
                throw new Error('no secret');
            }
            return {
                secret: clientSecret,
                create() {
                    const listeners = {};
                    return {
                        on: (name, listener) => void (listeners[name] = listener),
                        focus: () => field.focus(),
                        mount(where) {
                            if (!document.contains(where) || where.getRootNode() !== document) {
                                throw new Error('Elements cannot be mounted in a ShadowRoot.');
                            }
                            const label = document.createElement('label');
                            field = document.createElement('input');
                            field.inputMode = 'numeric';
                            label.append('Card number ', field);
                            where.append(label);
                            setTimeout(() => listeners.ready(), 0);
                        },
                    };
                },
            };
        },
        confirmPayment: confirm,
        confirmSetup: confirm,
    };
};
