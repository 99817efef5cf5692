import { simulatedRuntime } from '@account-data/runtime';
import { describe, expect, it } from 'vitest';
import { lookOf } from '../src/output/look.js';
import { readMetrics, sumOf, valueIn } from '../src/top/Metrics.js';
import { quantile } from '../src/top/quantile.js';
import { outcomeOf, requestKindOf } from '../src/top/requestKinds.js';
import { topJson } from '../src/top/topJson.js';
import type { TopSample } from '../src/top/TopSample.js';
import { topText } from '../src/top/topText.js';
import { topView } from '../src/top/TopView.js';

const started = 1_700_000_000;

/** What a server tells `at` seconds after its start, with so many answers of each kind and so many that took up to 1 ms, 10 ms and longer. */
const sample = (at: number, count: { get: number; put: number; late: number; events: number; delivered: number }, start = started): TopSample => ({
  time: (start + at) * 1_000,
  monotonic: (start - started + at) * 1_000,
  metrics: readMetrics(`# HELP process_start_time_seconds When it began.
# TYPE process_start_time_seconds gauge
process_start_time_seconds ${start}
process_cpu_seconds_total ${at / 2}
process_resident_memory_bytes 157286400
account_data_projection_events_total ${count.events}
account_data_projection_delay_seconds 0.0123
account_data_http_requests_total{method="GET",route="/v1/users/:userId/account_data/:type",status="200"} ${count.get}
account_data_http_requests_total{method="GET",route="/v1/users/:userId/account_data/:type",status="404"} ${count.get / 2}
account_data_http_requests_total{method="PUT",route="/_matrix/client/v3/user/:userId/account_data/:type",status="503"} ${count.put}
account_data_http_request_duration_seconds_bucket{method="GET",route="/v1/users/:userId/account_data/:type",le="0.001"} ${count.get}
account_data_http_request_duration_seconds_bucket{method="GET",route="/v1/users/:userId/account_data/:type",le="0.01"} ${count.get}
account_data_http_request_duration_seconds_bucket{method="GET",route="/v1/users/:userId/account_data/:type",le="+Inf"} ${count.get + count.late}
account_data_folder_bytes{part="log"} 1048576
account_data_folder_free_bytes 5e9
`),
  modules: {
    group: 'g', state: 'delivering', owner: null, epoch: 1, unknownCheckpoints: [],
    modules: [{ name: 'audit\u001b', state: 'joined', position: 'start', heldUsers: 0, held: [], replays: [], deliveries: count.delivered, failures: 0, parked: 3, lagEvents: 12, lagSeconds: 0.25 }],
  },
  projection: { logId: 'l', ready: true, position: 'start', writtenPosition: 'start', unwrittenEvents: 4, subscription: 'Live', foreignEvents: 0, quarantined: [] },
});

const first = sample(100, { get: 1_000, put: 0, late: 0, events: 500, delivered: 100 });
const second = sample(102, { get: 1_200, put: 10, late: 2, events: 600, delivered: 150 });

describe('what a server tells', () => {
  it('is read from Prometheus\' text, labels with escapes in them, and infinity', () => {
    const metrics = readMetrics('# TYPE a counter\na{x="1,\\"}",y="\\\\n\\n"} 3 1700000000000\na 4\n\nnonsense\nb{le="+Inf"} +Inf\n');
    expect(metrics.get('a')).toEqual([{ labels: { x: '1,"}', y: '\\n\n' }, value: 3 }, { labels: {}, value: 4 }]);
    expect(sumOf(metrics, 'a')).toBe(7);
    expect(valueIn(metrics, 'b', { le: '+Inf' })).toBe(Infinity);
    expect(valueIn(metrics, 'c')).toBeUndefined();
    expect([...metrics.keys()]).toEqual(['a', 'b']);
  });

  it('has quantiles as Prometheus estimates them', () => {
    const buckets = [{ bound: Infinity, count: 100 }, { bound: 1, count: 0 }, { bound: 3, count: 50 }, { bound: 10, count: 90 }];
    expect(quantile(0.5, buckets)).toBe(3);
    expect(quantile(0.25, buckets)).toBe(2);
    expect(quantile(0.99, buckets)).toBe(10);
    expect(quantile(0.5, [])).toBeUndefined();
    expect(quantile(0.5, [{ bound: 1, count: 0 }])).toBeUndefined();
  });

  it('is of requests by what they are to those who watch', () => {
    const kinds = [
      ['GET', '/v1/users/:userId/history'], ['PUT', '/_matrix/client/v3/user/:userId/account_data/:type'], ['GET', '/_matrix/client/r0/sync'],
      ['GET', '/v1/feed'], ['GET', '/metrics'], ['other', 'unmatched'],
    ].map(([method = '', route = '']) => requestKindOf({ method, route }));
    expect(kinds).toEqual(['read', 'change', 'sync', 'feed', 'other', 'other']);
    expect(['200', '304', '404', '429', '503', undefined].map(outcomeOf)).toEqual(['ok', 'ok', 'refused', 'refused', 'failed', 'ok']);
  });
});

describe('top', () => {
  it('shows what was between two looks', () => {
    const view = topView(second, first);
    expect(view).toMatchObject({ seconds: 2, sinceStart: false, uptime: 102, changes: 50, processors: 0.5, memoryBytes: 157_286_400 });
    const [read, change] = view.requests;
    expect(read).toMatchObject({ kind: 'read', ok: 100, refused: 50, failed: 0 });
    expect(read?.p50).toBeCloseTo(0.505, 5);
    expect(read?.p99).toBeCloseTo(1, 1);
    expect(change).toEqual({ kind: 'change', ok: 0, refused: 0, failed: 5 });
    expect(view.modules).toEqual([{ name: 'audit\u001b', state: 'joined', lagEvents: 12, lagSeconds: 0.25, parked: 3, deliveries: 25, failures: 0 }]);
  });

  it('shows what was since the start of a server at the first look, and after it began anew', () => {
    expect(topView(first, undefined)).toMatchObject({ seconds: 100, sinceStart: true, changes: 5 });
    const anew = sample(10, { get: 40, put: 0, late: 0, events: 20, delivered: 30 }, started + 200);
    expect(topView(anew, second)).toMatchObject({ seconds: 10, sinceStart: true, changes: 2, modules: [{ deliveries: 3 }] });
  });

  it('knows no rates where a proxy keeps the metrics back, and shows the rest', () => {
    const { metrics: _, ...without } = first;
    const view = topView(without, undefined);
    expect(view).not.toHaveProperty('seconds');
    const text = topText(view, lookOf({ runtime: simulatedRuntime({ seed: 1 }) }), undefined);
    expect(text).toContain('keeps its metrics back');
    expect(text).toMatch(/^audit\\u001b +joined +12 +0\.3 s +- +- +3$/m);
    expect(text).not.toContain('REQUESTS');
    expect(topJson(topView({ ...without, monotonic: without.monotonic + 2_000 }, without))).toMatchObject({ seconds: 2, requests: [], projection: { state: 'Live', unwritten_events: 4 } });
  });

  it('is tables for people, and names that are promised for programs', () => {
    const follow = { serverName: 'example.org', way: 'replication', phase: 'following', appended: 3, parked: 1, parkedRows: [], refusedUsers: [], resynchronised: [], behindBytes: 2_048 } as const;
    const text = topText(topView({ ...second, follow }, first), lookOf({ runtime: simulatedRuntime({ seed: 1 }) }), 60);
    expect(text).toContain('Rates of 2.0 s, up 00:01:42\nChanges 50/s');
    expect(text).toMatch(/^read +100 +50 +0 +0\.5 ms +1\.0 ms$/m);
    expect(text).toMatch(/^1\.0 MiB +- +4\.7 GiB$/m);
    expect(text).toMatch(/^example\.org +following +2\.0 KiB +1$/m);
    const json = topJson(topView(second, first));
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({ time: '2023-11-14T22:15:02.000Z', changes_per_second: 50, since_start: false, store: { log_bytes: 1_048_576, free_bytes: 5e9 } });
    expect(JSON.stringify(json)).not.toContain('follow');
  });
});
