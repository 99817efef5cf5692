import { describe, expect, it } from 'vitest';
import { makeLogger } from '../../src/observability/logging.js';
import { terminalLog } from '../../src/observability/terminalLog.js';

describe('the log at a terminal', () => {
  it('is text: time, level, message and fields, with nothing in it that the terminal would obey', () => {
    const lines: Array<string> = [];
    const logger = makeLogger('info', terminalLog({ write: (line) => void lines.push(line) }));
    logger.info({ url: 'http://127.0.0.1:8090', count: 3 }, 'Ready');
    logger.warn({ user: 'a\u001b[31mb' }, 'Odd');
    expect(lines).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d info {3}Ready {2}url=http:\/\/127\.0\.0\.1:8090 {2}count=3\n$/),
      expect.stringMatching(/^\d\d:\d\d:\d\d warn {3}Odd {2}user=a\\u001b\[31mb\n$/),
    ]);
  });
});
