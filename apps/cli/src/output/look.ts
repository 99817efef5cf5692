import { relativeTime, timeText } from '@account-data/domain';
import type { World } from '../World.js';

/** What a person's eye is led by. @category model */
export type Tone = 'added' | 'removed' | 'faint' | 'strong';

/** How text is shown: plain where programs read it, with colours and relative times on a terminal. @category model */
export interface Look {
  readonly isTerminal: boolean;
  readonly paint: (tone: Tone, text: string) => string;
  /** A time in milliseconds since the Unix epoch: exact, and on a terminal with how long ago that was. */
  readonly time: (time: number) => string;
}

const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = { added: [32, 39], removed: [31, 39], faint: [2, 22], strong: [1, 22] };

/** Made when it is needed: it takes long to load. */
const ago = (time: number, now: number): string => relativeTime(time, now, new Intl.RelativeTimeFormat('en', { numeric: 'always' }));

/** How text is shown in a world. `NO_COLOR` leaves colours out (no-color.org). @category constructors */
export const lookOf = ({ terminal, runtime }: Pick<World, 'terminal' | 'runtime'>): Look => ({
  isTerminal: terminal !== undefined,
  paint: (tone, text) => {
    const [on, off] = codes[tone];
    return terminal?.hasColors === true ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text;
  },
  time: (time) => (terminal === undefined ? timeText(time) : `${timeText(time)} (${ago(time, runtime.clock.now())})`),
});
