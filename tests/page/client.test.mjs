import assert from 'node:assert/strict';
import test from 'node:test';
import {allows, createClient, Problem} from '../../deploy/page/client.js';
import {problem, standIn, standing} from './stand_in.mjs';

// A client of a server that answers `told`, one after another; the last one for ever.
async function talking(told, run, options = {}) {
    let at = 0;
    const server = await standIn(() => told[Math.min(at++, told.length - 1)]);
    try {
        await run(createClient({api: server.address, organization: 'org_1', token: 'secret', ...options}), server.asked);
    } finally {
        await server.close();
    }
}

test('every call says what the API takes', async () => {
    const rows = [
        // call, method, path, query, body
        [(c) => c.standing(), 'GET', '/standing', {}, null],
        [(c) => c.can('a b/c'), 'GET', '/can/a%20b%2Fc', {}, null],
        [(c) => c.invoices(), 'GET', '/invoices/open', {}, null],
        [(c) => c.portal(), 'GET', '/portal', {}, null],
        [(c) => c.portal({flow: 'payment_method_update', return_url: 'https://a.example/b?c=d'}), 'GET', '/portal',
            {flow: 'payment_method_update', return_url: 'https://a.example/b?c=d'}, null],
        [(c) => c.customer(), 'POST', '/customer', {}, {}],
        [(c) => c.subscription({plan: 'pro', interval: 'year', quantity: 2}), 'POST', '/subscription', {},
            {plan: 'pro', interval: 'year', quantity: 2}],
        [(c) => c.checkout({plan: 'pro', interval: 'month', mode: 'hosted'}), 'POST', '/checkout', {},
            {plan: 'pro', interval: 'month', mode: 'hosted'}],
        [(c) => c.preview({quantity: 3}), 'POST', '/subscription/preview', {}, {quantity: 3}],
        [(c) => c.change({plan: 'basic', when: 'now'}), 'PATCH', '/subscription', {}, {plan: 'basic', when: 'now'}],
        [(c) => c.cancel(), 'DELETE', '/subscription', {}, null],
        [(c) => c.cancel({when: 'now'}), 'DELETE', '/subscription', {when: 'now'}, null],
        [(c) => c.resume(), 'POST', '/resume', {}, {}],
    ];
    for (const [call, method, path, query, body] of rows) {
        await talking([{body: {}}], async (client, asked) => {
            await call(client);
            const [{headers, ...what}] = asked;
            assert.deepEqual(what, {method, path: `/v1/organizations/org_1${path}`, query, body});
            assert.equal(headers.authorization, 'Bearer secret');
            assert.equal(headers.accept, 'application/json');
            assert.equal(headers.cookie, undefined);
            assert.equal(Boolean(headers['idempotency-key']), method !== 'GET');
        });
    }
});

test('an organization\'s id is encoded, and plans are nobody\'s', async () => {
    await talking([{body: {}}], async (client, asked) => {
        await client.standing();
        await client.plans();
        assert.deepEqual(asked.map((each) => each.path), ['/v1/organizations/a%2Fb%3F/standing', '/v1/plans']);
    }, {organization: 'a/b?'});
});

test('a standing that did not change is the same object', async () => {
    const first = {headers: {ETag: 'W/"1"'}, body: standing()};
    await talking([first, {status: 304}, {headers: {ETag: 'W/"2"'}, body: standing({reason: 'grace'})}], async (client, asked) => {
        const one = await client.standing();
        assert.equal(await client.standing(), one);
        const other = await client.standing();
        assert.equal(other.reason, 'grace');
        assert.deepEqual(asked.map((each) => each.headers['if-none-match']), [undefined, 'W/"1"', 'W/"1"']);
    });
});

test('what was written is read: the place in the log goes with the calls until one contains it', async () => {
    const rows = [{body: {after: '3:17', confirm: 'none'}}, problem(503, 'standing_behind'), {body: standing()}, {body: {}}];
    await talking(rows, async (client, asked) => {
        await client.change({quantity: 2});
        await assert.rejects(client.standing(), {code: 'standing_behind'});
        await client.standing();
        await client.can('x');
        assert.deepEqual(asked.map((each) => each.query.after), [undefined, '3:17', '3:17', undefined]);
    });
});

test('a link is asked for each time', async () => {
    await talking([{body: {url: 'https://pay.example/1'}}, {body: {url: 'https://pay.example/2'}}], async (client) => {
        assert.equal((await client.portal()).url, 'https://pay.example/1');
        assert.equal((await client.portal()).url, 'https://pay.example/2');
    });
});

test('a token is asked for before every try', async () => {
    let made = 0;
    const busy = problem(503, 'overloaded', true, {'Retry-After': '0'});
    await talking([busy, {body: {}}, {body: {}}], async (client, asked) => {
        await client.can('x');
        await client.can('x');
        assert.deepEqual(asked.map((each) => each.headers.authorization), ['Bearer t1', 'Bearer t2', 'Bearer t3']);
    }, {token: async () => `t${++made}`});
});

test('what may succeed later is repeated under the same key, and what may not is not', async () => {
    const later = problem(409, 'operation_in_progress', true, {'Retry-After': '0'});
    const rows = [
        // answers, tries, code of the failure
        [[later, later, {body: {}}], 3, null],
        [[later], 3, 'operation_in_progress'],
        [[problem(402, 'card_declined')], 1, 'card_declined'],
        [[problem(429, 'rate_limited', true, {'Retry-After': '30'})], 1, 'rate_limited'], // too long to wait
        [[{status: 502, body: '<h1>Bad gateway</h1>', headers: {'Content-Type': 'text/html', 'Retry-After': '0'}}, {body: {}}], 2, null],
        [[{status: 404, body: '<h1>Nothing</h1>'}], 1, 'unreadable_answer'],
    ];
    for (const [told, tries, code] of rows) {
        await talking(told, async (client, asked) => {
            const done = client.change({plan: 'pro'});
            await (code ? assert.rejects(done, {name: 'Problem', code}) : done);
            assert.equal(asked.length, tries, code);
            assert.equal(new Set(asked.map((each) => each.headers['idempotency-key'])).size, 1);
        });
    }
});

test('two writes have two keys, and the caller may choose his own', async () => {
    await talking([{body: {}}], async (client, asked) => {
        await client.resume();
        await client.resume();
        await client.resume({idempotency_key: 'mine'});
        const keys = asked.map((each) => each.headers['idempotency-key']);
        assert.equal(new Set(keys).size, 3);
        assert.equal(keys[2], 'mine');
    });
});

test('a problem says all that the API says', async () => {
    const told = problem(409, 'already_subscribed');
    told.body.request_id = 'req_1';
    await talking([told], async (client) => {
        const why = await client.subscription({plan: 'pro', interval: 'month'}).catch((each) => each);
        assert.ok(why instanceof Problem && why instanceof Error);
        const {code, status, retryable, title, request_id, retry_after} = why;
        assert.deepEqual({code, status, retryable, title, request_id, retry_after}, {
            code: 'already_subscribed', status: 409, retryable: false, title: 'It is already_subscribed.',
            request_id: 'req_1', retry_after: null,
        });
        assert.doesNotMatch(String(why), /secret/);
    });
});

test('nobody answers', async () => {
    const server = await standIn(() => ({body: {}}));
    await server.close();
    const client = createClient({api: server.address, organization: 'org_1', token: 'secret', repeats: 0});
    await assert.rejects(client.standing(), {code: 'unreachable', status: 0, retryable: true});
});

test('a redirect is not followed: a token goes to nobody else', async () => {
    await talking([{status: 307, headers: {Location: '/elsewhere'}}], async (client, asked) => {
        await assert.rejects(client.standing(), {code: 'unreachable'});
        assert.equal(asked.length, 1);
    }, {repeats: 0});
});

test('a call is given up', async () => {
    await talking([problem(503, 'overloaded', true, {'Retry-After': '5'})], async (client, asked) => {
        const giveUp = new AbortController();
        const done = client.standing({signal: giveUp.signal});
        while (asked.length === 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        giveUp.abort();
        await assert.rejects(done, {name: 'AbortError'});
        assert.equal(asked.length, 1);
    });
});

test('a standing at hand answers as the gate does', () => {
    const at = standing({features: {notes: true, hooks: false}, limits: {patients: null, beds: 3, rooms: 0}});
    const rows = [['notes', true], ['hooks', false], ['patients', true], ['beds', true], ['rooms', false],
        ['nothing', false], ['toString', false]];
    rows.forEach(([feature, allowed]) => assert.equal(allows(at, feature), allowed, feature));
});
