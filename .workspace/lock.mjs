import { mkdirSync, readFileSync, readdirSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { stateFolder } from './paths.mjs';

// Two commands that start at once must not install or build at once, and one that was killed must not hold up the
// next. The lock is the file `lock-N` with the highest N. Its owner touches it while it lives and removes nothing
// but lower ones; a lock whose owner is dead (known on the same host only), or that was not touched for `staleAfter`,
// or is renounced by an empty `lock-N.done`, is succeeded by creating `lock-(N+1)`, which only one process can.
const beat = 1_000;
const staleAfter = 15_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const numbers = (suffix) =>
  readdirSync(stateFolder)
    .map((name) => new RegExp(`^lock-(\\d+)${suffix}$`).exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number);

const highest = () => Math.max(0, ...numbers(''));

const isDead = (owner) => {
  const [pid, host] = owner.split(' ');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
};

const isHeld = (number) => {
  if (number === 0 || numbers('\\.done').includes(number)) return false;
  const path = join(stateFolder, `lock-${number}`);
  try {
    return !isDead(readFileSync(path, 'utf8')) && Date.now() - statSync(path).mtimeMs < staleAfter;
  } catch {
    return true;
  }
};

const remove = (name) => {
  try {
    unlinkSync(join(stateFolder, name));
  } catch {
    // Another process removed it first.
  }
};

const take = (number) => {
  try {
    writeFileSync(join(stateFolder, `lock-${number}`), `${process.pid} ${hostname()}`, { flag: 'wx' });
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  if (highest() === number) return true;
  remove(`lock-${number}`);
  return false;
};

/** Runs `work` while no other command of this checkout does. `onWait` is called once if it has to wait. */
export const exclusively = async (work, onWait) => {
  mkdirSync(stateFolder, { recursive: true });
  let told = false;
  let number;
  for (;;) {
    const last = highest();
    if (!isHeld(last)) {
      number = last + 1;
      if (take(number)) break;
    }
    if (!told) onWait();
    told = true;
    await pause(200);
  }
  const own = join(stateFolder, `lock-${number}`);
  const heart = setInterval(() => {
    const now = new Date();
    utimesSync(own, now, now);
  }, beat);
  try {
    for (const old of numbers('')) if (old < number) remove(`lock-${old}`);
    for (const old of numbers('\\.done')) if (old < number) remove(`lock-${old}.done`);
    return await work();
  } finally {
    clearInterval(heart);
    writeFileSync(`${own}.done`, '');
  }
};
