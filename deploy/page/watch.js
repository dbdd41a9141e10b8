// A standing that is kept fresh: asked for when somebody begins to look, when the page is seen again, and when time
// alone changes it. One for a client, shared by all that look.

const longestSleep = 86_400_000; // milliseconds
const lateness = 5_000; // what a server's clock and a worker's batch may be behind

const watches = new WeakMap();

export function watchOf(client) {
    if (!watches.has(client)) {
        watches.set(client, watch(client));
    }
    return watches.get(client);
}

function watch(client) {
    const listeners = new Set();
    let state = {standing: null, problem: null};
    let timer = null;
    let asking = null;
    let queued = null;

    function become(next) {
        if (next.standing !== state.standing || next.problem !== state.problem) {
            state = next;
            listeners.forEach((each) => each());
        }
    }

    function schedule() {
        clearTimeout(timer);
        if (listeners.size === 0 || !state.standing?.next_change_at) {
            return;
        }
        const rest = Date.parse(state.standing.next_change_at) - Date.now();
        const jittered = Math.max(rest, 0) + lateness * (1 + Math.random());
        timer = setTimeout(refresh, Math.min(jittered, longestSleep));
    }

    async function ask() {
        try {
            become({standing: await client.standing(), problem: null});
        } catch (problem) {
            become({standing: state.standing, problem}); // what was known stays, and says that it is old
        }
        schedule();
        return state;
    }

    // One question at a time; who asks meanwhile shares one that begins after it.
    function refresh() {
        if (asking) {
            return (queued ??= asking.then(() => ((queued = null), refresh())));
        }
        asking = ask().finally(() => (asking = null));
        return asking;
    }

    function seen() {
        if (document.visibilityState === 'visible') {
            void refresh();
        }
    }

    return {
        get: () => state,
        refresh,
        subscribe(listener) {
            listeners.add(listener);
            if (listeners.size === 1) {
                globalThis.document?.addEventListener('visibilitychange', seen);
                void refresh();
            }
            return () => {
                listeners.delete(listener);
                if (listeners.size === 0) {
                    globalThis.document?.removeEventListener('visibilitychange', seen);
                    clearTimeout(timer);
                }
            };
        },
    };
}
