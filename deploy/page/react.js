import {allows} from './client.js';
import {watchOf} from './watch.js';

// A hook for React 18 and later, which is handed in, so that this file needs no bundler:
//
//     import * as React from 'react';
//     export const useBilling = makeUseBilling(React);
//
// All components that use the same client share one standing.
export function makeUseBilling({useSyncExternalStore}) {
    return function useBilling(client) {
        const watch = watchOf(client);
        const {standing, problem} = useSyncExternalStore(watch.subscribe, watch.get, watch.get);
        return {
            standing, // null until the first answer
            problem, // of the last question; the standing is that of before then
            can: (feature) => standing !== null && allows(standing, feature),
            checkout: client.checkout,
            portal: client.portal,
            refresh: watch.refresh,
        };
    };
}
