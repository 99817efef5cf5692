import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dashboardFaults } from '../src/dashboardFaults.js';

const dashboard = readFileSync(fileURLToPath(new URL('../../../docker/grafana/account-data.json', import.meta.url)), 'utf8');

describe('the Grafana dashboard', () => {
  it('is one by the schema that Grafana publishes, and its panels lie side by side', () => {
    expect(dashboardFaults(dashboard)).toEqual([]);
  });

  it.each([
    ['a setting that there is not', '"displayMode": "list"', '"displayModus": "list"', 'displayModus'],
    ['a value that there is not', '"mode": "multi"', '"mode": "many"', 'many'],
    ['a panel of another kind', '"type": "stat"', '"type": "graph"', 'graph'],
    ['a query without an expression', '"expr"', '"query"', 'query'],
    ['a panel on another', '"x": 4,', '"x": 0,', 'lies on panel'],
    ['an id that is there twice', '"id": 2,', '"id": 1,', 'the id 1'],
    ['a variable that there is not', '$instance', '$instances', 'no variable is called instances'],
  ])('finds %s', (_what, from, to, fault) => {
    if (!dashboard.includes(from)) throw new Error(`nothing says ${from}`);
    expect(dashboardFaults(dashboard.replace(from, to)).join('\n')).toContain(fault);
  });
});
