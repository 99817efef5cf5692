import type { AccountDataEngine } from '@account-data/engine';
import type { DeliveryOutcome, ModuleMetrics } from '@account-data/modules';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

interface ModuleCounts {
  readonly outcomes: Map<DeliveryOutcome, number>;
  milliseconds: number;
  blocked: number;
}

/** What modules did, counted as plain numbers: there are a hundred thousand deliveries a second. @category model */
export interface ModuleCounters {
  readonly metrics: ModuleMetrics;
  readonly counts: ReadonlyMap<string, ModuleCounts>;
  readonly checkpoints: () => number;
}

/** Makes the counters that modules count into. @category constructors */
export const makeModuleCounters = (): ModuleCounters => {
  const counts = new Map<string, ModuleCounts>();
  let checkpoints = 0;
  const of = (module: string): ModuleCounts => {
    const present = counts.get(module);
    if (present !== undefined) return present;
    const made: ModuleCounts = { outcomes: new Map(), milliseconds: 0, blocked: 0 };
    counts.set(module, made);
    return made;
  };
  return {
    metrics: {
      delivered: (module, outcome, milliseconds) => {
        const module_ = of(module);
        module_.outcomes.set(outcome, (module_.outcomes.get(outcome) ?? 0) + 1);
        module_.milliseconds += milliseconds;
      },
      blocked: (module) => {
        of(module).blocked += 1;
      },
      checkpointWritten: () => {
        checkpoints += 1;
      },
    },
    counts,
    checkpoints: () => checkpoints,
  };
};

/** Registers what the projection and the modules tell of themselves. Read when scraped. */
export const registerEngineMetrics = (registry: Registry, engine: AccountDataEngine, counters: ModuleCounters): void => {
  gauge(registry, 'account_data_projection_ready', 'Whether reads reflect everything that was in the log at the start.', () =>
    engine.projection.health().ready ? 1 : 0,
  );
  gauge(registry, 'account_data_projection_failed', 'Whether the projection has stopped for good.', () =>
    engine.projection.health().failed === undefined ? 0 : 1,
  );
  gauge(registry, 'account_data_projection_live', 'Whether the projection has caught up with the log and is told of every new event.', () =>
    engine.projection.health().subscription._tag === 'Live' ? 1 : 0,
  );
  gauge(registry, 'account_data_projection_cut_off_seconds', 'Time since the log was lost; 0 while it is there.', () =>
    (engine.projection.health().cutOffFor ?? 0) / 1_000,
  );
  gauge(registry, 'account_data_projection_delay_seconds', 'Time from the writing of the last event read to its being shown here.', () =>
    (engine.projection.health().delay ?? 0) / 1_000,
  );
  registerFoldedEvents(registry, engine);
  gauge(registry, 'account_data_projection_unwritten_events', 'Events read and not yet in the durable projection.', () =>
    engine.projection.health().unwrittenEvents,
  );
  gauge(registry, 'account_data_projection_quarantined_events', 'Events that could not be read.', () =>
    engine.projection.health().quarantined,
  );
  moduleGauge(registry, engine, 'account_data_module_lag_events', 'Changes taken from the log and not handled yet.', (status) => status.lagEvents);
  moduleGauge(registry, engine, 'account_data_module_lag_seconds', 'Age of the oldest change not handled yet.', (status) => status.lagSeconds);
  moduleGauge(registry, engine, 'account_data_module_parked', 'Deliveries put aside.', (status) => status.parked);
  moduleGauge(registry, engine, 'account_data_module_held_users', 'Users whose changes wait for a retry.', (status) => status.held.length);
  moduleGauge(registry, engine, 'account_data_module_in_flight', 'Callbacks running.', (status) => status.inFlight);
  moduleGauge(registry, engine, 'account_data_module_paused', 'Whether the module is paused.', ({ state }) =>
    state._tag === 'Paused' || (state._tag === 'Elsewhere' && state.paused !== undefined) ? 1 : 0,
  );
  registerModuleCounters(registry, counters);
};

const registerFoldedEvents = (registry: Registry, engine: AccountDataEngine): void => {
  new Counter({
    name: 'account_data_projection_events_total',
    help: 'Events of the log that reads have come to reflect: what is changed, here or elsewhere, and at the start what it catches up with.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(engine.projection.health().foldedEvents);
    },
  });
};

const registerModuleCounters = (registry: Registry, { counts, checkpoints }: ModuleCounters): void => {
  new Counter({
    name: 'account_data_module_deliveries_total',
    help: 'Tries of deliveries by what became of them: handled, skipped, retrying, parked, abandoned.',
    labelNames: ['module', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [module, { outcomes }] of counts) {
        for (const [outcome, count] of outcomes) this.inc({ module, outcome }, count);
      }
    },
  });
  new Counter({
    name: 'account_data_module_callback_seconds_total',
    help: 'Time that callbacks took, in all.',
    labelNames: ['module'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [module, { milliseconds }] of counts) this.inc({ module }, milliseconds / 1_000);
    },
  });
  new Counter({
    name: 'account_data_module_blocked_total',
    help: 'Callbacks that let nothing else in the process run for a while.',
    labelNames: ['module'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [module, { blocked }] of counts) this.inc({ module }, blocked);
    },
  });
  new Counter({
    name: 'account_data_module_checkpoints_total',
    help: 'Checkpoints of modules written to the event store.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(checkpoints());
    },
  });
};

const gauge = (registry: Registry, name: string, help: string, value: () => number): void => {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
};

type ModuleStatusOf = ReturnType<AccountDataEngine['modules']['status']>['modules'][number];

/** What another instance alone knows has no value here. */
const moduleGauge = (
  registry: Registry,
  engine: AccountDataEngine,
  name: string,
  help: string,
  value: (status: ModuleStatusOf) => number | undefined,
): void => {
  new Gauge({
    name,
    help,
    labelNames: ['module'],
    registers: [registry],
    collect() {
      this.reset();
      const { state, modules } = engine.modules.status();
      // Neither delivering nor following, it knows nothing of modules.
      if (state !== 'delivering' && state !== 'following') return;
      for (const status of modules) {
        const known = value(status);
        if (known !== undefined) this.set({ module: status.name }, known);
      }
    },
  });
};
