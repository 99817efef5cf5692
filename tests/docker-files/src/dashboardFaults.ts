import { typeFaults } from './typeFaults.js';

interface Placed {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const overlap = ({ gridPos: a }: Placed, { gridPos: b }: Placed): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const ofPlaces = (panels: ReadonlyArray<Placed>): ReadonlyArray<string> =>
  panels.flatMap((panel, index) => [
    ...(panel.gridPos.x + panel.gridPos.w > 24 ? [`panel ${String(panel.id)} leaves the grid of 24 columns`] : []),
    ...panels.slice(index + 1).flatMap((other) => [
      ...(other.id === panel.id ? [`two panels have the id ${String(panel.id)}`] : []),
      ...(overlap(panel, other) ? [`panel ${String(other.id)} lies on panel ${String(panel.id)}`] : []),
    ]),
  ]);

/** Of `$name`, `${name}` and `$__name`, the latter Grafana's own. */
const ofVariables = (json: string, names: ReadonlySet<string>): ReadonlyArray<string> =>
  [...json.matchAll(/\$\{?(\w+)\}?/g)].flatMap(([, name = '']) => (name.startsWith('__') || names.has(name) ? [] : [`no variable is called ${name}`]));

/** What is wrong with a dashboard: by the schema that Grafana publishes, and what a schema can't say. */
export const dashboardFaults = (json: string): ReadonlyArray<string> => {
  const fromTypes = typeFaults(`import type { GrafanaDashboard } from './GrafanaDashboard.js';\nexport const dashboard: GrafanaDashboard = ${json};`);
  if (fromTypes.length > 0) return fromTypes;
  const { panels, templating } = JSON.parse(json) as { readonly panels: ReadonlyArray<Placed>; readonly templating: { readonly list: ReadonlyArray<{ readonly name: string }> } };
  return [...ofPlaces(panels), ...ofVariables(json, new Set(templating.list.map(({ name }) => name)))];
};
