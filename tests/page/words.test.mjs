import assert from 'node:assert/strict';
import test from 'node:test';
import {counted, day, fill, minorDigits, money, spelled} from '../../deploy/page/words.js';
import {readFileSync} from 'node:fs';
import {repository} from './stand_in.mjs';

process.env.TZ = 'UTC';

// Intl puts narrow and other no-break spaces where it likes.
const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/[\u200e\u200f\u061c]/g, '');

test('amounts are whole numbers of the smallest unit, whatever that is', () => {
    const rows = [
        // amount, currency, locale, text
        [2900, 'usd', 'en-US', '$29.00'],
        [2900, 'eur', 'de-DE', '29,00 €'],
        [123456789, 'usd', 'en-US', '$1,234,567.89'],
        [0, 'usd', 'en-US', '$0.00'],
        [-1250, 'usd', 'en-US', '-$12.50'],
        [1, 'usd', 'en-US', '$0.01'],
        [5000, 'jpy', 'en-US', '¥5,000'],
        [5000, 'jpy', 'ja-JP', '￥5,000'],
        [30000, 'krw', 'en-US', '₩30,000'],
        [30000, 'xof', 'fr-FR', '30 000 F CFA'],
        [100, 'mga', 'en-US', 'MGA 100'], // ISO 4217 gives it two digits, Stripe none
        [1250, 'kwd', 'en-US', 'KWD 1.250'],
        [10000, 'bhd', 'en-US', 'BHD 10.000'],
        [5, 'tnd', 'en-US', 'TND 0.005'],
        [150000, 'isk', 'en-US', 'ISK 1,500'], // in hundredths that are always 00
        [150050, 'ugx', 'en-US', 'UGX 1,500.50'],
        [199050, 'huf', 'en-US', 'HUF 1,990.50'],
        [2900, 'USD', 'en-US', '$29.00'],
    ];
    for (const [amount, currency, locale, text] of rows) {
        assert.equal(plain(money(amount, currency, locale)), text, `${amount} ${currency}`);
    }
});

test('the digits of a currency are those of schemas/types/money.cpp', () => {
    const source = readFileSync(`${repository}schemas/types/money.cpp`, 'utf8');
    const listed = (name) => source.match(new RegExp(`${name} = \\{([^}]*)\\}`))[1].match(/[a-z]{3}/g);
    const [none, three] = [listed('without_minor_unit'), listed('with_thousandths')];
    assert.ok(none.length === 15 && three.length === 5);
    none.forEach((each) => assert.equal(minorDigits(each), 0, each));
    three.forEach((each) => assert.equal(minorDigits(each), 3, each));
    for (const each of Intl.supportedValuesOf('currency').map((code) => code.toLowerCase())) {
        const expected = none.includes(each) ? 0 : three.includes(each) ? 3 : 2;
        assert.equal(minorDigits(each), expected, each);
    }
});

test('a date has its hour where that matters', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const rows = [
        ['2026-03-08T09:00:00Z', 'en-US', 'March 8, 2026'],
        ['2026-03-08T09:00:00Z', 'de-DE', '8. März 2026'],
        ['2026-03-02T09:30:00Z', 'en-US', 'March 2, 2026 at 9:30 AM'],
        ['2026-02-28T09:30:00.5Z', 'en-US', 'February 28, 2026 at 9:30 AM'],
        ['2026-03-03T12:00:00Z', 'en-US', 'March 3, 2026'],
    ];
    for (const [time, locale, text] of rows) {
        assert.equal(plain(day(time, locale, now)), text, time);
    }
});

test('a sentence says all or nothing', () => {
    assert.equal(fill('Ends on {date}.', {date: 'Monday'}), 'Ends on Monday.');
    assert.equal(fill('Ends on {date}.', {date: null}), null);
    assert.equal(fill('Ends on {date}.', {}), null);
    assert.equal(fill('It ends.', {}), 'It ends.');
    assert.equal(fill('{count} seats', {count: 0}), '0 seats');
});

test('counts and names', () => {
    const forms = {one: '{count} seat', other: '{count} seats'};
    assert.equal(counted(forms, 1, 'en'), '1 seat');
    assert.equal(counted(forms, 12000, 'en'), '12,000 seats');
    assert.equal(counted(forms, 5, 'ru'), '5 seats'); // a form that is not there
    assert.equal(spelled('patients_max'), 'Patients max');
});
