import type { LineFault, RecordName } from './readTransferLine.js';

/** A record, or another line, that can't be imported: the one that stopped an import, or one that it passed over. @category errors */
export class ImportRefused extends Error {
  readonly code: string;
  /** Counting from 1. */
  readonly line: number;
  /** A JSON pointer into the line. */
  readonly path: string;
  /** What is wrong there, without the place. */
  readonly fault: string;
  /** Which record it is, as far as the line says so. Never its content. */
  readonly record: RecordName | undefined;

  constructor(line: number, fault: LineFault) {
    const place = fault.path === '' ? `Line ${String(line)}` : `Line ${String(line)}, ${fault.path}`;
    super(`${place}: ${fault.message}`);
    this.name = 'ImportRefused';
    this.code = fault.code;
    this.line = line;
    this.path = fault.path;
    this.fault = fault.message;
    this.record = fault.record;
  }
}
