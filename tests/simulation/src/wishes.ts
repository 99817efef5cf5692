import type { DataItem, Wish } from './Attempt.js';
import type { Dice } from './Dice.js';

const users = ['@alice:example.org', '@bob:example.org', '@carol:example.org'];
const rooms = ['!red:example.org', '!blue:example.org'];
const types = ['org.example.theme', 'org.example.layout', '__proto__'];
const tags = ['m.favourite', 'u.work'];

const dataItem = (choose: Dice, attempt: number): DataItem => ({
  roomId: choose.chance(0.5) ? null : choose.oneOf(rooms),
  type: choose.oneOf(types),
  content: choose.chance(0.2) ? {} : { attempt },
});

/** Something that a client could ask for next. */
export const nextWish = (choose: Dice, attempt: number): Wish => {
  const userId = choose.oneOf(users);
  const key = choose.chance(0.3) ? { requestKey: `key ${attempt}` } : {};
  if (choose.chance(0.2)) {
    return {
      _tag: 'Tag',
      attempt,
      userId,
      roomId: choose.oneOf(rooms),
      tag: choose.oneOf(tags),
      order: choose.chance(0.3) ? null : choose.between(0, 10) / 10,
      await: choose.oneOf(['appended', 'projected']),
      ...key,
    };
  }
  const count = choose.chance(0.2) ? choose.between(2, 4) : 1;
  return {
    _tag: 'Data',
    attempt,
    userId,
    items: Array.from({ length: count }, () => dataItem(choose, attempt)),
    await: choose.oneOf(['appended', 'projected', 'modules']),
    ...key,
  };
};
