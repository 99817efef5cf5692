import type { Changes } from './changes.js';
import type { Effect } from './Effects.js';

/** One thing that has to hold, and what is wrong where it doesn't. */
export interface Check {
  readonly name: string;
  readonly problem: string | undefined;
}

const modules = ['plain', 'flaky'];

const check = (name: string, problems: ReadonlyArray<string>): Check => ({
  name,
  problem: problems.length === 0 ? undefined : `${String(problems.length)} times, first: ${problems[0] ?? ''}`,
});

const callOf = ({ module, user, n, epoch, owner }: Effect): string => `${module}, ${user}, ${String(n)}, epoch ${String(epoch)}, ${owner}`;

const isCall = ({ phase }: Effect): boolean => phase === 'begins' || phase === 'ends';

/** Every change was handled by each module, at least once. */
const handledAtLeastOnce = (effects: ReadonlyArray<Effect>, { ids }: Changes): Check => {
  const handled = new Set(effects.filter(({ phase }) => phase === 'ends').map(({ module, user, n }) => `${module} ${user} ${String(n)}`));
  const missing: Array<string> = [];
  for (const module of modules) {
    for (const [user, all] of ids) {
      for (const n of all.keys()) if (!handled.has(`${module} ${user} ${String(n)}`)) missing.push(`${module} ${user} ${String(n)}`);
    }
  }
  return check('every change was handled at least once by each module', missing);
};

/** Within an epoch the handled changes of a user follow each other without a gap, for each module. */
const inOrderWithinEpochs = (effects: ReadonlyArray<Effect>): Check => {
  const last = new Map<string, number>();
  const problems: Array<string> = [];
  for (const effect of effects) {
    if (effect.phase !== 'ends') continue;
    const key = `${String(effect.epoch)} ${effect.module} ${effect.user}`;
    const before = last.get(key);
    if (before !== undefined && effect.n !== before + 1) problems.push(`${callOf(effect)} after ${String(before)}`);
    last.set(key, effect.n);
  }
  return check('the changes of a user were handled in order within an epoch', problems);
};

const sameEventIds = (effects: ReadonlyArray<Effect>, { ids }: Changes): Check =>
  check(
    'the same delivery carried the same event id each time',
    effects.filter((effect) => isCall(effect) && ids.get(effect.user)?.[effect.n] !== effect.eventId).map(callOf),
  );

/** In the order in which callbacks began, over all processes: a stopped process writes late what began before. */
const epochsNeverGoBack = (effects: ReadonlyArray<Effect>): Check => {
  let latest = 0;
  const problems: Array<string> = [];
  const begun = effects.filter(({ phase }) => phase === 'begins').sort((a, b) => a.at - b.at);
  for (const effect of begun) {
    if (effect.epoch < latest) problems.push(`${callOf(effect)} began in epoch ${String(latest)}`);
    latest = Math.max(latest, effect.epoch);
  }
  return check('no callback of an earlier epoch began after one of a later epoch', problems);
};

const onceInTheRoom = (bodies: ReadonlyArray<unknown>, { total }: Changes): Check => {
  const distinct = new Set(bodies).size;
  const expected = total * modules.length;
  return check(
    'each change stands once in the room for each module',
    distinct === expected && bodies.length === expected
      ? []
      : [`${String(bodies.length)} messages, ${String(distinct)} of them different, for ${String(expected)} that there should be`],
  );
};

/** How many deliveries were handled more than once. */
export const repeatedOf = (effects: ReadonlyArray<Effect>, { total }: Changes): number =>
  effects.filter(({ phase }) => phase === 'ends').length - total * modules.length;

/** What has to hold at the end of a part. */
export const checksOf = (
  effects: ReadonlyArray<Effect>,
  changes: Changes,
  bodies: ReadonlyArray<unknown>,
  repeatedAtMost: number,
): ReadonlyArray<Check> => {
  const repeated = repeatedOf(effects, changes);
  return [
    handledAtLeastOnce(effects, changes),
    inOrderWithinEpochs(effects),
    sameEventIds(effects, changes),
    epochsNeverGoBack(effects),
    onceInTheRoom(bodies, changes),
    check(
      'an end by force repeated no more than what was not written',
      repeated > repeatedAtMost ? [`${String(repeated)} repeated, at most ${String(repeatedAtMost)} expected`] : [],
    ),
  ];
};
