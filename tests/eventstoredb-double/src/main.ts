#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startEventStoreDbDouble } from './EventStoreDbDouble.js';
import type { FaultRule } from './faults/Faults.js';

/**
 * The commands, one JSON object a line, each answered by a line `{"done":"…"}`:
 *
 *     {"do":"fault","rule":{"on":"append","fault":{"kind":"drop-answer"}}}
 *     {"do":"clear"} {"do":"release"} {"do":"cut"} {"do":"freeze"} {"do":"thaw"} {"do":"scavenge"}
 *     {"do":"stop"} {"do":"start"} {"do":"quit"}
 */
interface Command {
  readonly do: string;
  readonly rule?: FaultRule;
}

const { values } = parseArgs({ options: { port: { type: 'string' }, version: { type: 'string' } } });

const server = await startEventStoreDbDouble({
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(values.version === undefined ? {} : { version: values.version }),
});

const say = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const commands: Readonly<Record<string, (command: Command) => void | Promise<void>>> = {
  fault: ({ rule }) => {
    if (rule !== undefined) server.faults.add(rule);
  },
  clear: () => {
    server.faults.clear();
  },
  release: () => {
    server.faults.release();
  },
  cut: () => {
    server.relay.cut();
  },
  freeze: () => {
    server.relay.freeze();
  },
  thaw: () => {
    server.relay.thaw();
  },
  scavenge: () => {
    server.log.scavenge();
  },
  stop: () => server.stop(),
  start: () => server.start(),
};

const obey = async (line: string): Promise<boolean> => {
  const command = JSON.parse(line) as Command;
  if (command.do === 'quit') return false;
  const perform = commands[command.do];
  if (perform === undefined) say({ error: `There is no command ${command.do}.` });
  else {
    await perform(command);
    say({ done: command.do });
  }
  return true;
};

say({ port: server.port, connectionString: server.connectionString });
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '' && !(await obey(line))) break;
}
await server.stop();
