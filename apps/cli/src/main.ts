#!/usr/bin/env node
import { runCommand } from './runCommand.js';
import { acceptLoss } from './services/acceptLoss.js';
import { compact } from './services/compact.js';
import { diagnose } from './services/diagnose.js';
import { makeToken } from './services/makeToken.js';
import { scrub } from './services/scrub.js';
import { serve } from './services/serve.js';
import { withServer } from './services/withServer.js';
import { withTarget } from './services/withTarget.js';
import { processWorld } from './world/processWorld.js';

const world = processWorld();
process.exitCode = await runCommand(process.argv.slice(2), world, {
  withTarget: withTarget(world),
  withServer: withServer(world),
  serve: serve(world),
  diagnose: diagnose(world),
  acceptLoss: acceptLoss(world),
  compact: compact(world),
  scrub: scrub(world),
  makeToken: makeToken(world),
});
