/**
 * Something in a store's files is not what was written: it is not served. Says where: at which positions of the log or,
 * where `from` is missing, in what else.
 */
export class StoreDamage extends Error {
  override readonly name = 'StoreDamage';
  readonly file: string;
  /** The first and the last position (inclusive) that may be lost. */
  readonly from?: number;
  readonly to?: number;

  constructor(file: string, place: { readonly from: number; readonly to: number } | string) {
    const where = typeof place === 'string' ? place : place.from === place.to ? `position ${place.from}` : `positions ${place.from} to ${place.to}`;
    super(`The log ${file} is damaged: ${where} ${typeof place !== 'string' && place.from !== place.to ? 'are' : 'is'} not what was written.`);
    this.file = file;
    if (typeof place === 'string') return;
    this.from = place.from;
    this.to = place.to;
  }
}

/** What can be done about damage of a log. @category errors */
export const damageAdvice =
  "What is whole can be read. Put back the folder from a backup or, where there is none, see what 'account-data store salvage' can save.";
