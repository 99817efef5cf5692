import type { Figure } from './Figure.js';
import type { CommandWork } from './Program.js';
import { type OpenSide, programSide } from './Side.js';

const started = (work: CommandWork): OpenSide =>
  programSide({ _tag: 'CommandStart', work }, work === 'get' ? { _tag: 'EngineSeed', work: { events: 1_000, users: 100, types: 1 } } : undefined);

/** How long the command takes from its start to its end. Targets: 0.6 of what issue 16 names, 0.55 s and 0.65 s. */
export const commandFigures: ReadonlyArray<Figure> = [
  {
    name: 'command-help',
    isByName: true,
    group: 'command-start',
    about: '`account-data --help`, against a Node that writes a word',
    unit: 'ms',
    target: { _tag: 'Ours', value: 330 },
    ours: started('help'),
    baseline: started('node'),
  },
  {
    name: 'command-get',
    isByName: true,
    group: 'command-start',
    about: '`account-data get` of a data folder that no server runs on, against a Node that writes a word',
    unit: 'ms',
    target: { _tag: 'Ours', value: 390 },
    ours: started('get'),
    baseline: started('node'),
  },
];
