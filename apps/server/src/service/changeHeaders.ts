import { latest } from '@account-data/event-store';
import type { AccountDataEngine, ChangeResult } from '@account-data/engine';
import { logToken } from '../http/LogToken.js';
import { positionHeader } from '../http/Responder.js';

/**
 * The position to wait for in order to read these changes, where reads here do not show them yet (`await: appended`, or
 * a wait that timed out). Otherwise the position that every answer carries will do.
 */
export const changeHeaders = (engine: AccountDataEngine, changes: ReadonlyArray<ChangeResult>): ReadonlyArray<string> => {
  const shown = engine.position();
  let last = shown;
  for (const { position } of changes) {
    if (position !== null) last = latest(last, position);
  }
  return last === shown ? [] : [positionHeader, logToken(last, engine)];
};
