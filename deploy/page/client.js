// Billhook's billing API for one organization: the calls of /openapi.json that a page needs. Types: client.d.ts.

const longestPause = 5_000; // milliseconds; whoever is told to wait longer decides himself
const firstPause = 500;

// Why a call failed: RFC 9457. `code` is stable, `retryable` says whether the very same call may succeed later.
// Two codes are this client's own: `unreachable` (no answer) and `unreadable_answer` (not of this API).
export class Problem extends Error {
    constructor({code, title, status = 0, retryable = false, request_id = null, retry_after = null}) {
        super(`${code}: ${title}`);
        this.name = 'Problem';
        Object.assign(this, {code, title, status, retryable, request_id, retry_after});
    }
}

async function problemOf(answer) {
    const said = await answer.json().catch(() => null);
    const seconds = Number(answer.headers.get('Retry-After') ?? Number.NaN);
    const retry_after = Number.isFinite(seconds) ? seconds : null;
    if (typeof said?.code !== 'string') {
        return new Problem({
            code: 'unreadable_answer',
            title: 'The answer is not the API\'s.',
            status: answer.status,
            retryable: answer.status >= 500 || answer.status === 429,
            retry_after,
        });
    }
    return new Problem({...said, retry_after});
}

function pause(milliseconds, signal) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), {once: true});
    });
}

// How long to wait before the next try, jittered; null: there is none.
function pauseAfter(problem, tries, repeats) {
    if (!problem.retryable || tries > repeats) {
        return null;
    }
    const told = problem.retry_after === null ? null : problem.retry_after * 1_000;
    return told === null ? firstPause * 2 ** (tries - 1) * (0.5 + Math.random() / 2)
        : told <= longestPause ? told : null;
}

export function createClient({organization, token, api = '', repeats = 2}) {
    const home = `/v1/organizations/${encodeURIComponent(organization)}`;
    let after = null; // the last write that was not read yet
    let known = null; // {etag, standing}

    async function once(what) {
        const bearer = typeof token === 'function' ? await token() : token;
        const query = new URLSearchParams(what.query);
        const asked = after;
        if (asked) {
            query.set('after', asked);
        }
        const headers = {Accept: 'application/json', Authorization: `Bearer ${bearer}`, ...what.headers};
        if (what.body !== undefined) {
            headers['Content-Type'] = 'application/json';
        }
        let answer;
        try {
            // Credentials are the token's alone. Nothing of an answer is kept by the browser: links and secrets are in them.
            answer = await fetch(api + what.path + (query.size ? `?${query}` : ''), {
                method: what.method,
                headers,
                body: what.body === undefined ? undefined : JSON.stringify(what.body),
                cache: 'no-store',
                credentials: 'omit',
                redirect: 'error',
                signal: what.signal,
            });
        } catch (why) {
            what.signal?.throwIfAborted();
            throw new Problem({code: 'unreachable', title: String(why?.message ?? why), retryable: true});
        }
        if (!answer.ok && answer.status !== 304) {
            throw await problemOf(answer);
        }
        if (asked === after) {
            after = null;
        }
        return answer;
    }

    // The same key over all tries: a repeated write is the same write.
    async function answered(what) {
        for (let tries = 1; ; ++tries) {
            try {
                return await once(what);
            } catch (why) {
                const rest = why instanceof Problem ? pauseAfter(why, tries, repeats) : null;
                if (rest === null) {
                    throw why;
                }
                await pause(rest, what.signal);
            }
        }
    }

    async function read(path, {query, signal} = {}) {
        return (await answered({method: 'GET', path, query, signal})).json();
    }

    async function write(method, path, body, {query, signal, idempotency_key = crypto.randomUUID()} = {}) {
        const headers = {'Idempotency-Key': idempotency_key};
        const told = await (await answered({method, path, body, query, headers, signal})).json();
        after = told.after ?? after;
        return told;
    }

    return {
        organization,

        // The same object as before as long as the server says that it is the same.
        async standing({signal} = {}) {
            const headers = known ? {'If-None-Match': known.etag} : {};
            const answer = await answered({method: 'GET', path: `${home}/standing`, headers, signal});
            if (answer.status !== 304) {
                known = {etag: answer.headers.get('ETag') ?? '', standing: await answer.json()};
            }
            return known.standing;
        },
        can: (feature, options) => read(`${home}/can/${encodeURIComponent(feature)}`, options),
        plans: (options) => read('/v1/plans', options),
        invoices: (options) => read(`${home}/invoices/open`, options),
        // A link for one click. It is asked for each time and kept nowhere.
        portal: ({flow, return_url, signal} = {}) => {
            const query = Object.entries({flow, return_url}).filter(([, value]) => value !== undefined);
            return read(`${home}/portal`, {query, signal});
        },

        customer: (options) => write('POST', `${home}/customer`, {}, options),
        subscription: (order, options) => write('POST', `${home}/subscription`, order, options),
        checkout: (order, options) => write('POST', `${home}/checkout`, order, options),
        preview: (change, options) => write('POST', `${home}/subscription/preview`, change, options),
        change: (change, options) => write('PATCH', `${home}/subscription`, change, options),
        cancel: ({when, ...options} = {}) =>
            write('DELETE', `${home}/subscription`, undefined, {...options, query: when ? {when} : {}}),
        resume: (options) => write('POST', `${home}/resume`, {}, options),
    };
}

// What `can` would say, of a standing at hand: a switch that is on, a limit that is not 0. A feature that no plan has
// is an error for the server and false here.
export function allows(standing, feature) {
    if (Object.hasOwn(standing.features, feature)) {
        return standing.features[feature];
    }
    return Object.hasOwn(standing.limits, feature) && standing.limits[feature] !== 0;
}
