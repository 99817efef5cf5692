import { describe, expect, it } from 'vitest';
import { candidateText } from '../src/completion/candidateText.js';
import { typedLine } from '../src/completion/typedLine.js';

const breaks = ' \t\n"\'@><=;|&(:';

describe('a line that is typed', () => {
  it.each([
    ['get', ['get'], 'get', undefined],
    ['get  @al', ['get', '@al'], '@al', undefined],
    ['get @al ', ['get', '@al', ''], '', undefined],
    ['put a b \'{"x": 1}\' --r', ['put', 'a', 'b', '{"x": 1}', '--r'], '--r', undefined],
    ['get a "b c', ['get', 'a', 'b c'], '"b c', '"'],
    ['get a b\\ c', ['get', 'a', 'b c'], 'b\\ c', undefined],
  ] as const)('%j has the words of a shell', (line, words, raw, quote) => {
    expect(typedLine(line)).toEqual({ words, raw, ...(quote === undefined ? {} : { quote }) });
  });
});

describe('what bash puts in the place of what is typed', () => {
  const bash = (typed: string, value: string): string | undefined => candidateText('bash', typedLine(typed), breaks, { value });

  it('is the part behind the last character that breaks words', () => {
    expect(bash('get @al', '@alice:example.org')).toBe('@alice:example.org');
    expect(bash('get @alice:ex', '@alice:example.org')).toBe('example.org');
    expect(bash('get a b --room=!h', '--room=!home:example.org')).toBe('\\!home:example.org');
    expect(candidateText('bash', typedLine('get @alice:ex'), ' @', { value: '@alice:example.org' })).toBe('@alice:example.org');
  });

  it('has nothing in it that bash would expand', () => {
    expect(bash('get a ', '$(reboot) `x` "y" *')).toBe('\\$\\(reboot\\)\\ \\`x\\`\\ \\"y\\"\\ \\*');
    expect(bash('get a "', '$(reboot)')).toBeUndefined();
    expect(bash('get a \'o', 'o $(x)')).toBe('o $(x)');
    expect(bash('get a \'o', 'o\'x')).toBeUndefined();
  });
});

it('no candidate steers the terminal, or is taken for an answer of another kind', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    for (const value of ['a\u001b[2J', 'a\nb', ':files']) expect(candidateText(shell, typedLine(''), breaks, { value })).toBeUndefined();
  }
});
