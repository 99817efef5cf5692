#!/usr/bin/env node
import { runCommand } from './runCommand.js';
import { lazyServices } from './services/lazyServices.js';
import { processWorld } from './world/processWorld.js';

const world = processWorld();
process.exitCode = await runCommand(process.argv.slice(2), world, lazyServices(world));
await world.end?.();
