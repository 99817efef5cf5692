import { isLowerBetter, meets, type Figure, type Unit } from './Figure.js';
import { median } from './median.js';
import type { Sample, Side, SideContext } from './Side.js';

/** How a figure is measured. @category model */
export interface Extent {
  /** Odd, so that a median is a round that happened. */
  readonly rounds: number;
  /** Of one round of one side. */
  readonly seconds: number;
  /** How many rounds of each side go before those that count: until the code is compiled for the work. */
  readonly warmUp: number;
}

/** @category model */
export interface SideResult {
  /** The median of the rounds, in the figure's unit; of memory the worst one: a peak is that of all rounds. */
  readonly median: number;
  readonly worst: number;
  readonly best: number;
  /** The median processor time for each operation, in microseconds. */
  readonly processor: number;
  /** Of the last round. */
  readonly note?: string;
}

/** @category model */
export interface FigureResult {
  readonly figure: Figure;
  readonly ours: SideResult;
  readonly baseline: SideResult;
  readonly beside: ReadonlyArray<SideResult & { readonly about: string }>;
  /** The figure's own figure of memory; absent where it has none, or the system does not tell. */
  readonly memory?: FigureResult;
  /** The medians' ours/baseline. */
  readonly ratio: number;
  readonly runs: number;
  readonly met: boolean;
}

/**
 * Runs the rounds in turns, the first side first: A B A B …, so that what slows the machine down for a while slows all
 * sides. Those of the warm-up are not counted. Gives the samples of each side.
 */
export const interleave = async <A>(
  { warmUp, rounds }: Pick<Extent, 'warmUp' | 'rounds'>,
  sides: ReadonlyArray<() => Promise<A>>,
): Promise<ReadonlyArray<ReadonlyArray<A>>> => {
  const samples: ReadonlyArray<Array<A>> = sides.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const sample = await side();
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  return samples;
};

const sideResult = (samples: ReadonlyArray<Sample>, unit: Unit): SideResult => {
  const lowerIsBetter = isLowerBetter(unit);
  const values = samples.map(({ value, processor }) => (unit === 'µs' ? processor : value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const note = samples.at(-1)?.note;
  return {
    median: unit === 'MB' ? high : median(values),
    worst: lowerIsBetter ? high : low,
    best: lowerIsBetter ? low : high,
    processor: median(samples.map(({ processor }) => processor)),
    ...(note === undefined ? {} : { note }),
  };
};

/** The peaks of rounds as samples of their own; undefined where one was not told. */
const peaksOf = (samples: ReadonlyArray<Sample>): ReadonlyArray<Sample> | undefined => {
  const peaks = samples.flatMap(({ memory, processor }) => (memory === undefined ? [] : [{ value: memory, processor }]));
  return peaks.length === samples.length ? peaks : undefined;
};

/** The figure of memory that belongs to a figure. */
const memoryResult = (figure: Figure, ours: ReadonlyArray<Sample>, baseline: ReadonlyArray<Sample>): FigureResult | undefined => {
  const [oursPeaks, baselinePeaks] = [peaksOf(ours), peaksOf(baseline)];
  if (figure.memory === undefined || oursPeaks === undefined || baselinePeaks === undefined) return undefined;
  const { ours: openOurs, baseline: openBaseline } = figure;
  return figureResult(
    { ...figure.memory, unit: 'MB', ours: openOurs, baseline: openBaseline },
    { ours: oursPeaks, baseline: baselinePeaks },
  );
};

/** What the samples of the sides say. */
export const figureResult = (
  figure: Figure,
  samples: { readonly ours: ReadonlyArray<Sample>; readonly baseline: ReadonlyArray<Sample>; readonly beside?: ReadonlyArray<ReadonlyArray<Sample>> },
): FigureResult => {
  const ours = sideResult(samples.ours, figure.unit);
  const baseline = sideResult(samples.baseline, figure.unit);
  const memory = memoryResult(figure, samples.ours, samples.baseline);
  return {
    figure,
    ours,
    baseline,
    beside: (samples.beside ?? []).map((given, nth) => ({ about: figure.beside?.[nth]?.about ?? '', ...sideResult(given, figure.unit) })),
    ...(memory === undefined ? {} : { memory }),
    ratio: ours.median / baseline.median,
    runs: samples.ours.length,
    met: meets(figure, ours.median, baseline.median),
  };
};

/** How many rounds a figure has; one of a fixed amount of work warms up by one round of it. */
const roundsOf = ({ fixedWork }: Figure, { rounds, warmUp }: Extent): Pick<Extent, 'warmUp' | 'rounds'> =>
  fixedWork === undefined ? { rounds, warmUp } : { rounds: Math.min(rounds, fixedWork.maxRounds), warmUp: 1 };

/** Opens the sides, measures them in turns and closes them, whatever happens. */
export const measureFigure = async (
  figure: Figure,
  extent: Extent,
  contexts: { readonly ours: SideContext; readonly baseline: SideContext; readonly beside: (nth: number) => SideContext },
): Promise<FigureResult> => {
  const open: Array<Side> = [];
  try {
    open.push(await figure.ours(contexts.ours));
    open.push(await figure.baseline(contexts.baseline));
    for (const [nth, { side }] of (figure.beside ?? []).entries()) open.push(await side(contexts.beside(nth)));
    const [ours = [], baseline = [], ...beside] = await interleave(
      roundsOf(figure, extent),
      open.map((side) => () => side.round(extent.seconds)),
    );
    return figureResult(figure, { ours, baseline, beside });
  } finally {
    // A side that failed has said so already; closing it must not hide that.
    await Promise.allSettled(open.map((side) => side.close()));
  }
};
