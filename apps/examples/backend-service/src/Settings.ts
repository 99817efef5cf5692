import * as t from 'io-ts';

/** How somebody wants the shop. */
export const Settings = t.strict({
  theme: t.union([t.literal('light'), t.literal('dark')]),
  newsletter: t.boolean,
});

export type Settings = t.TypeOf<typeof Settings>;

/** For those who never chose. */
export const usualSettings: Settings = { theme: 'light', newsletter: false };
