import { useEffect, useState } from 'react';

/** The time, in milliseconds since the Unix epoch; moves on every half minute. */
export const useNow = (): number => {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => { setNow(Date.now()); }, 30_000);
    return () => { window.clearInterval(timer); };
  }, []);
  return now;
};
