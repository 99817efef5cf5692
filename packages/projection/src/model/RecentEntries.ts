import type { AccountDataEntry } from '../AccountDataEntry.js';

interface RecentEntry {
  readonly entry: AccountDataEntry;
  readonly bytes: number;
}

/** What an entry takes besides twice its record (its text, and its content parsed), in bytes. */
const overhead = 600;
/** Larger records are read anew each time: that takes longer than looking them up, anyway. */
const maxRecordBytes = 16_384;
/** Of so many reads, few are forgotten before the same is read again. A power of two. */
const seenPlaces = 32_768;

/**
 * Entries that were read from storage more than once lately: checked, decoded and frozen once. It knows nothing of what is not
 * written, which reads look at first, and forgets a key when that is written anew.
 *
 * Keeping one that is not read again costs as much as two reads. So the first read only leaves a sign (of its event), and the
 * next one keeps it, unless too many others came in between. When `maxBytes` are full all are forgotten: what is read again
 * comes back at once.
 *
 * @category model
 */
export class RecentEntries {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, RecentEntry>();
  readonly #seen = new Uint32Array(seenPlaces);
  #bytes = 0;

  constructor(maxBytes = 24 << 20) {
    this.#maxBytes = maxBytes;
  }

  /** By the key of the table of entries. */
  find(key: string): AccountDataEntry | undefined {
    return this.#bytes === 0 ? undefined : this.#entries.get(key)?.entry;
  }

  /** Takes note of an entry that was read from a record of so many bytes. `sign`: a number that hardly any other record has. */
  keep(key: string, sign: number, recordBytes: number, entry: AccountDataEntry): void {
    const place = sign & (seenPlaces - 1);
    if (this.#seen[place] !== sign) {
      this.#seen[place] = sign;
      return;
    }
    if (recordBytes > maxRecordBytes) return;
    const bytes = recordBytes * 2 + overhead;
    if (this.#bytes + bytes > this.#maxBytes) this.clear();
    this.#entries.set(key, { entry, bytes });
    this.#bytes += bytes;
  }

  /** The record of a key is another one from now on. */
  forget(key: string): void {
    if (this.#bytes === 0) return;
    const found = this.#entries.get(key);
    if (found === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= found.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }
}
