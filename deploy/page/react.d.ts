import type {Client, Problem, Standing} from './client.js';

export interface Billing {
    /** Null until the first answer. */
    standing: Standing | null;
    /** Of the last question; the standing is that of before then. */
    problem: Problem | null;
    /** By the standing at hand; false until there is one. */
    can(feature: string): boolean;
    checkout: Client['checkout'];
    portal: Client['portal'];
    refresh(): Promise<{standing: Standing | null; problem: Problem | null}>;
}

interface React18 {
    useSyncExternalStore<T>(subscribe: (changed: () => void) => () => void, get: () => T, server?: () => T): T;
}

export function makeUseBilling(react: React18): (client: Client) => Billing;
