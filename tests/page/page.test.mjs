import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import test from 'node:test';
import {strings} from '../../deploy/page/strings.js';
import {pageFolder, repository} from './stand_in.mjs';

const read = (path) => readFileSync(`${repository}${path}`, 'utf8');
const api = JSON.parse(read('ingest/api/calls/openapi.json'));

test('nothing of the page stands inline, and nothing comes from elsewhere but Stripe\'s script', () => {
    const page = read('deploy/page/index.html');
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:|https?:/i);
    for (const name of readdirSync(pageFolder).filter((each) => /\.(js|css)$/.test(each))) {
        const text = read(`deploy/page/${name}`);
        assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\w\.style\b|cssText|@import|url\(/, name);
        const addresses = text.replaceAll(/https:\/\/billing\.example\.com/g, '').match(/https?:\/\/[^\s'"`)]+/g) ?? [];
        assert.deepEqual(addresses, name === 'payment.js' ? ['https://js.stripe.com/endive/stripe.js'] : [], name);
    }
});

test('Stripe\'s script is of the train that the server asks for', () => {
    const asked = read('schemas/io/stripe_api/client.hpp').match(/asked_api_version = "[\d-]+\.(\w+)"/)[1];
    assert.match(read('deploy/page/payment.js'), new RegExp(`js\\.stripe\\.com/${asked}/stripe\\.js`));
});

test('a problem that has a sentence is one of the API\'s', () => {
    const codes = api.components.schemas.Problem.properties.code.enum;
    const own = Object.keys(strings.problems).filter((each) => each !== 'other');
    assert.deepEqual(own.filter((each) => !codes.includes(each)), []);
});

// Of an interface's own text, what stands between its braces, nested ones left out.
function members(types, name) {
    const body = types.match(new RegExp(`export interface ${name}[^{]*\\{([^]*?)\\n\\}`))[1];
    const parent = types.match(new RegExp(`export interface ${name} extends (\\w+)`))?.[1];
    const own = body.match(/^ {4}(?:readonly )?(\w+)\??[:(]/gm).map((each) => each.trim().replace(/^readonly /, '').replace(/\??[:(]$/, ''));
    return parent ? [...own, ...members(types, parent)] : own;
}

test('the types are those of the document', () => {
    const types = read('deploy/page/client.d.ts');
    const rows = {
        Standing: 'Standing', Gate: 'Gate', Plans: 'Plans', Order: 'Order', CheckoutOrder: 'CheckoutOrder', Change: 'Change',
        MadeSubscription: 'MadeSubscription', Subscription: 'Subscription', CheckoutSession: 'CheckoutSession',
        Preview: 'Preview', OpenInvoices: 'OpenInvoices',
    };
    const ahead = {Standing: ['role']}; // what the page needs and the API does not say yet
    for (const [schema, name] of Object.entries(rows)) {
        const said = Object.keys(api.components.schemas[schema].properties);
        const expected = [...new Set([...said, ...(ahead[schema] ?? [])])].sort();
        assert.deepEqual(members(types, name).sort(), expected, name);
    }
});
