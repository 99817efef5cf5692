import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson } from '../src/output/printable.js';

describe('printable', () => {
  it('escapes what a terminal would obey', () => {
    expect(printable('a\u001b[31mred\u009b0m\r\n')).toBe('a\\u001b[31mred\\u009b0m\\u000d\\u000a');
  });

  it('escapes what would reorder the text around it', () => {
    expect(printable('gpj.\u202eexe')).toBe('gpj.\\u202eexe');
  });

  it('leaves other text alone', () => {
    expect(printable('!räume:例え.jp 🏠 "quoted" \\ back')).toBe('!räume:例え.jp 🏠 "quoted" \\ back');
  });
});

describe('printableJson', () => {
  it('is JSON of the same value, on one line, that a terminal shows as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = printableJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(printable(text)).toBe(text);
      }),
    );
    expect(JSON.parse(printableJson({ a: '\u009b\u2028\\\u007f' }))).toEqual({ a: '\u009b\u2028\\\u007f' });
  });
});
