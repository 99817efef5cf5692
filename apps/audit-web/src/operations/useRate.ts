import { useRef } from 'react';

interface Look {
  readonly total: number;
  readonly time: number;
}

/** How much a total grew a second between the last two looks at it; undefined before there are two. `time` in milliseconds. */
export const useRate = (total: number, time: number): number | undefined => {
  const looks = useRef<readonly [before: Look | undefined, last: Look]>([undefined, { total, time }]);
  const [, last] = looks.current;
  if (last.time !== time) looks.current = [last, { total, time }];
  const [before, now] = looks.current;
  return before === undefined || now.time <= before.time ? undefined : Math.max(0, ((now.total - before.total) / (now.time - before.time)) * 1_000);
};
