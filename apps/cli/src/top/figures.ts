import { numberText } from '../output/progressText.js';

const none = '-';

const ofKnown =
  (text: (value: number) => string) =>
  (value: number | undefined): string =>
    value === undefined ? none : text(value);

/** With a place behind the point where it is small. */
const briefText = (value: number): string => (value > 0 && value < 10 ? value.toFixed(1) : numberText(value));

/** Figures as people read them; `-` where one is not known. @category destructors */
export const figure = {
  count: ofKnown(numberText),
  rate: ofKnown(briefText),
  milliseconds: ofKnown((value) => `${value < 0.1 && value > 0 ? '< 0.1' : briefText(value)} ms`),
  percent: ofKnown((value) => `${numberText(value * 100)} %`),
  seconds: ofKnown((value) => `${briefText(value)} s`),
  bytes: ofKnown((value) => {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
    const power = value < 1_024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
    return `${power === 0 ? numberText(value) : briefText(value / 1_024 ** power)} ${units[power] ?? ''}`;
  }),
  duration: ofKnown((value) => {
    const [days, hours, minutes, seconds] = [Math.floor(value / 86_400), Math.floor(value / 3_600) % 24, Math.floor(value / 60) % 60, Math.floor(value) % 60];
    const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':');
    return days === 0 ? clock : `${String(days)} d ${clock}`;
  }),
} as const;
