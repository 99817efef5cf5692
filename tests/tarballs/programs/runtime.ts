// prints: 2024-01-01T00:01:00.000Z
import { simulatedRuntime } from '@account-data/runtime';

const world = simulatedRuntime({ seed: 42, startAt: Date.UTC(2024, 0, 1) });
world.timers.setTimeout(() => {
  console.log(new Date(world.clock.now()).toISOString());
}, 60_000);
await world.advance(60_000);
