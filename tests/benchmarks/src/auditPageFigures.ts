import { chromiumPath } from '@account-data/tests-browser';
import type { Figure } from './Figure.js';
import type { LogWork, Program } from './Program.js';
import { type OpenSide, serverSide } from './Side.js';
import { userAt } from './workload.js';

const seed = (work: LogWork): Program => ({ _tag: 'EngineSeed', work });

const history: LogWork = { events: 10_000, users: 1, types: 10 };

const views = (server: Program, path: string, ready: string, seeding?: Program): OpenSide =>
  serverSide(server, (url) => ({ _tag: 'PageViews', address: `${url}${path}`, ready }), seeding);

const searches = (users: number): OpenSide =>
  serverSide({ _tag: 'Server', users: 0 }, (url) => ({ _tag: 'UserSearch', url, users }), seed({ events: users, users, types: 1 }));

/** What the audit page is measured by: only by name, as one needs a browser, and one a log that takes minutes to fill. */
export const auditPageFigures: ReadonlyArray<Figure> = [
  {
    name: 'page-first-view',
    isByName: true,
    about: 'the audit page opened at a user with 10,000 changes in Chromium with empty caches, until the changes are painted, against a page of one heading',
    unit: 'ms',
    target: { _tag: 'Ours', value: 1_000 },
    unavailable: () => (chromiumPath() === undefined ? 'there is no chromium' : undefined),
    ours: views({ _tag: 'Server', users: 0 }, `/audit/#/user/${userAt(0)}`, '.change-row', seed(history)),
    baseline: views({ _tag: 'BarePage' }, '/', 'h1'),
  },
  {
    name: 'user-search-1m',
    isByName: true,
    about: 'the 99th percentile of GET /v1/users by prefix among 1,000,000 users, one after the other, against the same among 1,000 users',
    unit: 'ms',
    target: { _tag: 'Ours', value: 10 },
    ours: searches(1_000_000),
    baseline: searches(1_000),
  },
];
