import {createServer} from 'node:http';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {join, normalize} from 'node:path';

// A server that stands in for billhook-api: it answers what `answers` says, a call a row, and remembers what it was
// asked. With `folder` it serves the page, too, with the headers that deploy/page/README.md asks for.

export const pageFolder = fileURLToPath(new URL('../../deploy/page/', import.meta.url));
export const repository = fileURLToPath(new URL('../../', import.meta.url));

export const policy = (script = '') => [
    'default-src \'none\'',
    `script-src 'self' https://js.stripe.com https://*.js.stripe.com${script}`,
    'style-src \'self\'',
    'style-src-attr \'unsafe-inline\'',
    'img-src \'self\'',
    'connect-src \'self\' https://api.stripe.com',
    'frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com',
    'base-uri \'none\'',
    'form-action \'none\'',
    'frame-ancestors \'none\'',
].join('; ');

const types = {html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json'};

export function problem(status, code, retryable = false, headers = {}) {
    return {
        status,
        headers: {'Content-Type': 'application/problem+json', ...headers},
        body: {type: 'about:blank', title: `It is ${code}.`, status, code, retryable},
    };
}

export function standing(over = {}) {
    return {
        organization_id: 'org_1', plan: 'pro', access: 'full', reason: 'paid', role: 'admin', subscription_status: 'active',
        in_dunning: false, stale: false, unlisted: false, grace_until: null, restricted_until: null, next_change_at: null,
        renews_at: '2026-04-01T09:00:00Z', cancels_at: null, trial_ends_at: null, seats: 2, billing_interval: 'month',
        billing_interval_count: 1, currency: 'usd', amount_minor: 15800, pending_change: null,
        features: {treatment_notes: true, webhook_integrations: true},
        limits: {patients_max: null, prioritized_max: 10}, required_action: null, as_of: '2026-03-01T09:00:12Z', ...over,
    };
}

async function file(path) {
    const inside = normalize(path === '/' ? '/index.html' : path);
    const body = await readFile(join(pageFolder, inside));
    return {body, type: types[inside.split('.').at(-1)]};
}

// `answer(request)` gives {status, headers, body}, or undefined for the page's own files.
export async function standIn(answer, {script = ''} = {}) {
    const asked = [];
    const server = createServer(async (request, reply) => {
        let text = '';
        for await (const part of request) {
            text += part;
        }
        const url = new URL(request.url, 'http://stand.in');
        const what = {
            method: request.method,
            path: url.pathname,
            query: Object.fromEntries(url.searchParams),
            headers: request.headers,
            body: text === '' ? null : text.startsWith('{') ? JSON.parse(text) : text,
        };
        const told = await answer(what, asked);
        if (told) {
            asked.push(what);
            reply.writeHead(told.status ?? 200, {'Content-Type': 'application/json', ...told.headers});
            reply.end(told.body === undefined ? '' : typeof told.body === 'string' ? told.body : JSON.stringify(told.body));
            return;
        }
        try {
            const {body, type} = await file(url.pathname);
            reply.writeHead(200, {'Content-Type': type, 'Content-Security-Policy': policy(script), 'X-Content-Type-Options': 'nosniff'});
            reply.end(body);
        } catch {
            reply.writeHead(404);
            reply.end();
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        asked,
        address: `http://127.0.0.1:${server.address().port}`,
        close: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
    };
}
