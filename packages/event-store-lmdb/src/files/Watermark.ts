import { privateModes } from '@account-data/runtime';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/**
 * How far the log is durable, for processes other than its owner. A commit becomes visible in LMDB before it is flushed,
 * so that a reader must know where to stop. The owner writes this record (48 bytes, one `pwrite`) after each flush; it is
 * never flushed itself: after a power cut it may say less than is durable, never more.
 *
 *     bytes 0-7    "acctlog1"
 *     bytes 8-15   the generation of the log file it speaks of (float 64, little-endian as all numbers here)
 *     bytes 16-23  the position of the last durable entry (float 64)
 *     bytes 24-39  the boot of the machine in which it was written (Linux's boot id; zeros elsewhere)
 *     bytes 40-47  a checksum of the bytes before it (two FNV-1a sums of 32 bits)
 */
export interface Watermark {
  readonly generation: number;
  readonly position: number;
  /** Whether it was written since this machine was started: only then may pages that were not flushed be in the file. */
  readonly isOfThisBoot: boolean;
}

const magic = Buffer.from('acctlog1', 'latin1');
const recordBytes = 48;
const attempts = 1_000;

const sum = (bytes: Buffer, basis: number): number => {
  let hash = basis | 0;
  for (let index = 0; index < 40; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash >>> 0;
};

const readBootId = (): Buffer => {
  try {
    const text = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().replaceAll('-', '');
    const id = Buffer.from(text, 'hex');
    return id.length === 16 ? id : Buffer.alloc(16);
  } catch {
    return Buffer.alloc(16);
  }
};

export interface WatermarkWriter {
  /** Generations only go up: what a log says that was replaced is passed over, or readers would look for its file. */
  readonly write: (generation: number, position: number) => void;
  readonly close: () => void;
}

export const openWatermarkWriter = (path: string): WatermarkWriter => {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, privateModes.file);
  const record = Buffer.alloc(recordBytes);
  magic.copy(record, 0);
  readBootId().copy(record, 24);
  let newest = 0;
  return {
    write: (generation, position) => {
      if (generation < newest) return;
      newest = generation;
      record.writeDoubleLE(generation, 8);
      record.writeDoubleLE(position, 16);
      record.writeUInt32LE(sum(record, 0x811c9dc5), 40);
      record.writeUInt32LE(sum(record, 0x7ee3623b), 44);
      writeSync(descriptor, record, 0, recordBytes, 0);
    },
    close: () => {
      closeSync(descriptor);
    },
  };
};

export interface WatermarkReader {
  /** Nothing where there is no whole record (the store was never opened by an owner, or the file is damaged). */
  readonly read: () => Watermark | undefined;
  readonly close: () => void;
}

/** Throws where the file can't be opened. */
export const openWatermarkReader = (path: string): WatermarkReader => {
  const descriptor = openSync(path, constants.O_RDONLY);
  const record = Buffer.alloc(recordBytes);
  const boot = readBootId();
  return {
    read: () => {
      // A record read while it is being written fails its checksum; it is whole again a moment later.
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const isWhole = readSync(descriptor, record, 0, recordBytes, 0) === recordBytes;
        if (!isWhole || !record.subarray(0, 8).equals(magic)) return undefined;
        if (record.readUInt32LE(40) !== sum(record, 0x811c9dc5) || record.readUInt32LE(44) !== sum(record, 0x7ee3623b)) continue;
        return {
          generation: record.readDoubleLE(8),
          position: record.readDoubleLE(16),
          isOfThisBoot: record.subarray(24, 40).equals(boot),
        };
      }
      return undefined;
    },
    close: () => {
      closeSync(descriptor);
    },
  };
};

/** The watermark as it stands; nothing where there is none, or its file is damaged. */
export const readWatermark = (path: string): Watermark | undefined => {
  if (!existsSync(path)) return undefined;
  const reader = openWatermarkReader(path);
  try {
    return reader.read();
  } finally {
    reader.close();
  }
};
