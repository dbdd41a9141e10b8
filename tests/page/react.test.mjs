import assert from 'node:assert/strict';
import test from 'node:test';
import {makeUseBilling} from '../../deploy/page/react.js';
import {watchOf} from '../../deploy/page/watch.js';
import {standing} from './stand_in.mjs';

// A client whose standings are `told`, one after another; the last one for ever.
function clientOf(...told) {
    let at = 0;
    return {
        asked: () => at,
        standing: async () => {
            const next = told[Math.min(at++, told.length - 1)];
            if (next instanceof Error) {
                throw next;
            }
            return next;
        },
        checkout() {},
        portal() {},
    };
}

// What React promises of the one hook that is used, without React.
function mounted(hook, client) {
    let stop;
    let renders = 0;
    let shown;
    const useSyncExternalStore = (subscribe, get) => {
        stop ??= subscribe(() => render());
        return get();
    };
    const useBilling = hook({useSyncExternalStore});
    function render() {
        renders += 1;
        shown = useBilling(client);
    }
    render();
    return {shown: () => shown, renders: () => renders, leave: () => stop()};
}

test('the hook has the standing, and its gates are closed until there is one', async () => {
    const client = clientOf(standing());
    const one = mounted(makeUseBilling, client);
    assert.equal(one.shown().standing, null);
    assert.equal(one.shown().can('treatment_notes'), false);
    await watchOf(client).refresh();
    assert.equal(one.shown().standing.reason, 'paid');
    assert.equal(one.shown().can('treatment_notes'), true);
    assert.equal(one.shown().can('nothing'), false);
    assert.equal(one.shown().checkout, client.checkout);
    one.leave();
});

test('two components share a client\'s standing, and nothing is drawn where nothing changed', async () => {
    const client = clientOf(standing({next_change_at: null}));
    const same = client.standing;
    const first = await same();
    client.standing = async () => (await same(), first);
    const [one, two] = [mounted(makeUseBilling, client), mounted(makeUseBilling, client)];
    await watchOf(client).refresh();
    const drawn = one.renders();
    assert.equal(one.shown().standing, two.shown().standing);
    await watchOf(client).refresh();
    assert.equal(one.renders(), drawn);
    one.leave();
    two.leave();
});

test('a question that fails leaves what was known, and says so', async () => {
    const client = clientOf(standing(), new Error('away'), standing({reason: 'grace'}));
    const one = mounted(makeUseBilling, client);
    await watchOf(client).refresh(); // the second, after the first of mounting
    assert.equal(one.shown().problem.message, 'away');
    assert.equal(one.shown().standing.reason, 'paid');
    await one.shown().refresh();
    assert.equal(one.shown().problem, null);
    assert.equal(one.shown().standing.reason, 'grace');
    one.leave();
});

test('who asks while a question is under way shares the next one', async () => {
    const client = clientOf(standing());
    const watch = watchOf(client);
    const first = watch.refresh();
    const [second, third] = [watch.refresh(), watch.refresh()];
    assert.equal(second, third);
    await Promise.all([first, second]);
    assert.equal(client.asked(), 2);
});

test('time alone changes a standing: then it is asked for again', async (context) => {
    context.mock.timers.enable({apis: ['setTimeout', 'Date'], now: Date.parse('2026-03-01T00:00:00Z')});
    const now = standing({next_change_at: '2026-03-01T01:00:00Z'});
    const client = clientOf(now, now, standing({reason: 'restricted'}));
    const one = mounted(makeUseBilling, client);
    await watchOf(client).refresh(); // the second, after the first of mounting
    const before = client.asked();
    context.mock.timers.tick(3_600_000 - 1);
    assert.equal(client.asked(), before);
    context.mock.timers.tick(11_000);
    assert.equal(client.asked(), before + 1);
    one.leave();
});
