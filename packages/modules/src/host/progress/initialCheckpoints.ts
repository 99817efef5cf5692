import { isUpTo, latest, type ReadFrom } from '@account-data/event-store';
import { ModuleNameTaken } from '../errors.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { GroupProgress, ModuleCheckpoint } from './ModuleProgress.js';

/** Where modules go on from when delivery is taken over. @category model */
export interface InitialCheckpoints {
  /** Those that were, of modules that are not configured too, and those of modules that are new. */
  readonly checkpoints: Record<string, ModuleCheckpoint>;
  /** New modules that begin at a time: its place in the log has to be found first. */
  readonly later: ReadonlyArray<{ readonly module: LoadedModule; readonly time: number }>;
}

/**
 * A new module may not have the name that another one had before: what that one has parked, and the ids of what it sent
 * into rooms, go by it.
 */
const refuseFormerName = (name: string, checkpoints: GroupProgress['modules']): void => {
  for (const [other, { formerNames }] of Object.entries(checkpoints)) {
    if (other !== name && formerNames?.includes(name) === true) throw new ModuleNameTaken(name, other);
  }
};

/**
 * Where each module goes on from. A new one begins where its policy says; it is with the others from the start if it
 * has missed nothing that they have still to hear, and catches up alone if it has.
 */
export const initialCheckpoints = (
  modules: ReadonlyArray<LoadedModule>,
  known: GroupProgress['modules'],
  head: ReadFrom,
): InitialCheckpoints => {
  const checkpoints: Record<string, ModuleCheckpoint> = { ...known };
  const later: Array<{ readonly module: LoadedModule; readonly time: number }> = [];
  const begins = new Map<string, ReadFrom>();
  for (const module of modules) {
    if (checkpoints[module.name] !== undefined) continue;
    const before = module.renamedFrom === undefined ? undefined : checkpoints[module.renamedFrom];
    if (module.renamedFrom !== undefined && before !== undefined) {
      checkpoints[module.name] = { ...before, formerNames: [...(before.formerNames ?? []), module.renamedFrom] };
      Reflect.deleteProperty(checkpoints, module.renamedFrom);
      continue;
    }
    refuseFormerName(module.name, checkpoints);
    const { from } = module.policy;
    switch (from._tag) {
      case 'Now':
        begins.set(module.name, head);
        break;
      case 'Start':
        begins.set(module.name, 'start');
        break;
      case 'Position':
        begins.set(module.name, from.position);
        break;
      case 'Time':
        later.push({ module, time: from.time });
        break;
    }
  }
  // Joined modules that go on set the pace; where there are none, the new ones that are furthest.
  const configured = new Set(modules.map(({ name }) => name));
  const othersGoOn = Object.entries(checkpoints).some(
    ([name, { catchingUp, paused }]) => configured.has(name) && catchingUp === undefined && paused === undefined,
  );
  let pace: ReadFrom = othersGoOn ? head : 'start';
  if (!othersGoOn) for (const begin of begins.values()) pace = latest(pace, begin);
  for (const [name, low] of begins) {
    checkpoints[name] = isUpTo(pace, low) ? { low, held: [] } : { low, held: [], catchingUp: true };
  }
  return { checkpoints, later };
};
