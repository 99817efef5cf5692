/** One value of a metric, and what it is of. @category model */
export interface MetricValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The values of metrics by their names; those of a histogram by `…_bucket`, `…_sum` and `…_count`. @category model */
export type Metrics = ReadonlyMap<string, ReadonlyArray<MetricValue>>;

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)/;
const label = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

const valueOf = (text: string): number => {
  if (/^[+-]?Inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
};

/**
 * Reads Prometheus' text format; lines that are none of it, and comments, are passed over. No maintained package reads it. Source:
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 *
 * @category constructors
 */
export const readMetrics = (text: string): Metrics => {
  const metrics = new Map<string, Array<MetricValue>>();
  for (const each of text.split('\n')) {
    const [, name, labels = '', value] = line.exec(each) ?? [];
    if (name === undefined || value === undefined) continue;
    const values = metrics.get(name) ?? [];
    metrics.set(name, values);
    values.push({ labels: Object.fromEntries([...labels.matchAll(label)].map(([, key = '', content = '']) => [key, unescaped(content)])), value: valueOf(value) });
  }
  return metrics;
};

/** The sum of a metric's values, of those that a condition takes. @category destructors */
export const sumOf = (metrics: Metrics, name: string, takes: (labels: MetricValue['labels']) => boolean = () => true): number =>
  (metrics.get(name) ?? []).reduce((sum, { labels, value }) => (takes(labels) ? sum + value : sum), 0);

/** The value of a metric without labels, or with these; undefined where there is none. @category destructors */
export const valueIn = (metrics: Metrics, name: string, labels: MetricValue['labels'] = {}): number | undefined =>
  metrics.get(name)?.find((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value))?.value;
