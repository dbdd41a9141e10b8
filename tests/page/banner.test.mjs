import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {bannerOf, reasons, waitsForPayment} from '../../deploy/page/banner.js';
import {strings, withStrings} from '../../deploy/page/strings.js';
import {repository, standing} from './stand_in.mjs';

process.env.TZ = 'UTC';

const with_ = {
    strings,
    locale: 'en-US',
    now: Date.parse('2026-03-01T12:00:00Z'),
    planName: (key) => ({basic: 'Basic', pro: 'Pro'})[key] ?? key,
};
const said = (over) => bannerOf(standing(over), with_);
const text = (over) => said(over).sentences.join(' ');

const words = readFileSync(`${repository}worker/domain/standings.cpp`, 'utf8')
    .match(/to_word\(reason what\) \{[^]*?\n\}/)[0]
    .match(/return "(\w+)"/g)
    .map((each) => each.split('"')[1]);

const dates = {
    trial_ends_at: '2026-03-14T09:00:00Z',
    grace_until: '2026-03-08T09:00:00Z',
    restricted_until: '2026-03-22T09:00:00Z',
    renews_at: '2026-04-01T09:00:00Z',
};

const nothing = {...Object.fromEntries(Object.keys(dates).map((each) => [each, null])), plan: null};

test('every reason of the worker has a banner, and no other', () => {
    assert.ok(words.length >= 17);
    assert.deepEqual([...reasons].sort(), [...words].sort());
    assert.deepEqual(Object.keys(strings.banners).sort(), [...words].sort());
});

for (const reason of words) {
    test(`${reason}: an administrator and a member are told something, with dates and without`, () => {
        for (const role of ['admin', 'member']) {
            for (const known of [{...dates, plan: 'pro'}, nothing]) {
                const sentences = said({reason, role, ...known}).sentences;
                assert.ok(sentences.length > 0, role);
                sentences.forEach((each) => assert.doesNotMatch(each, /[{}]|undefined|null|Invalid/));
            }
        }
    });

    test(`${reason}: a member reads of no debt, no date of one, and has nothing to click`, () => {
        const required_action = {type: 'ask_administrator'};
        const {sentences, action} = said({reason, role: 'member', in_dunning: true, required_action, ...dates,
            cancels_at: '2026-03-30T09:00:00Z', pending_change: {plan: 'basic', quantity: null, at: dates.renews_at, until: null}});
        assert.equal(action, null);
        assert.doesNotMatch(sentences.join(' '), /pay|debt|overdue|invoice|card|failed|March 8|March 22|March 30/i);
    });
}

test('what an administrator reads and may do', () => {
    const pay = {type: 'pay', path: '/v1/organizations/org_1/invoices/open'};
    const rows = [
        // standing, tone, action, what must be said
        [{reason: 'grace', required_action: pay, ...dates}, 'warning', 'pay', /pay by March 8, 2026/],
        [{reason: 'restricted', required_action: pay, ...dates}, 'danger', 'pay', /ends on March 22, 2026/],
        [{reason: 'unpaid', required_action: pay}, 'danger', 'pay', /switched off/],
        [{reason: 'incomplete', required_action: pay}, 'warning', 'pay', /not complete/],
        [{reason: 'trial', ...dates}, 'info', null, /March 14, 2026/],
        [{reason: 'trial_over', required_action: {type: 'subscribe'}}, 'danger', 'subscribe', /Choose a plan/],
        [{reason: 'paused', required_action: {type: 'resume', path: '/v1/organizations/org_1/portal'}}, 'warning', 'resume', /paused/],
        [{reason: 'paid', ...dates}, 'quiet', null, /renews on April 1, 2026/],
        [{reason: 'paid', renews_at: null, cancels_at: '2026-04-01T09:00:00Z'}, 'quiet', null, /ends on April 1, 2026/],
        [{reason: 'paid', pending_change: {plan: 'basic', quantity: null, at: '2026-04-01T09:00:00Z', until: null}},
            'quiet', null, /changes to Basic on April 1, 2026/],
        [{reason: 'paid', pending_change: {plan: null, quantity: 9, at: null, until: '2026-03-04T13:00:00Z'}},
            'quiet', null, /A change waits for its payment until March 4, 2026/],
        [{reason: 'paid', pending_change: {plan: null, quantity: null, at: '2026-04-01T09:00:00Z', until: null}},
            'quiet', null, /It changes on April 1, 2026/],
        [{reason: 'paid', pending_change: {plan: 'basic', quantity: null, at: null, until: '2026-03-04T13:00:00Z'}},
            'quiet', null, /change to Basic waits for its payment until March 4, 2026/],
        [{reason: 'exempt', in_dunning: true, required_action: pay}, 'quiet', 'pay', /open/],
        [{reason: 'fallback', plan: 'basic'}, 'info', null, /Basic/],
        [{reason: 'granted'}, 'quiet', null, /Pro/],
        // of a newer server
        [{reason: 'invented', access: 'none', required_action: {type: 'dance'}}, 'danger', null, /switched off/],
        [{reason: 'constructor', access: 'full'}, 'quiet', null, /full access/],
        [{reason: 'invented', access: 'partly'}, 'quiet', null, /full access/],
    ];
    for (const [over, tone, action, pattern] of rows) {
        const banner = said(over);
        assert.deepEqual([banner.tone, banner.action], [tone, action], over.reason);
        assert.match(banner.sentences.join(' '), pattern, over.reason);
    }
});

test('a payment has arrived when nothing is left to do', () => {
    const rows = [
        [{}, false],
        [{reason: 'trialing'}, false],
        [{reason: 'incomplete', required_action: {type: 'pay'}}, true],
        [{reason: 'trial'}, true], // of its own: what nobody has paid changes nothing
        [{pending_change: {plan: 'pro', quantity: null, at: null, until: dates.renews_at}}, true],
        [{pending_change: {plan: 'basic', quantity: null, at: dates.renews_at, until: null}}, false],
    ];
    rows.forEach(([over, waits]) => assert.equal(waitsForPayment(standing(over)), waits, JSON.stringify(over)));
});

test('an application says it in its own words', () => {
    const own = withStrings({banners: {paid: {administrator: ['Alles gut.'], member: ['Gut.']}}});
    assert.deepEqual(bannerOf(standing(), {...with_, strings: own}).sentences, ['Alles gut.']);
    assert.match(bannerOf(standing({reason: 'grace', ...dates}), {...with_, strings: own}).sentences.join(' '), /failed/);
    assert.match(text({}), /active/);
});
