import * as E from 'fp-ts/lib/Either.js';
import { type Document, type ErrorCode, isAlias, LineCounter, parseDocument, visit } from 'yaml';
import type { ConfigFault } from './ServerConfig.js';

/** A file of settings, as a value, and where in it a setting stands. @category model */
export interface ParsedYaml {
  readonly value: unknown;
  /** The line of a setting, or of the nearest one around it that is written down. Counted from 1. */
  readonly lineOf: (keys: ReadonlyArray<string>) => number | undefined;
}

/**
 * Reads YAML. What is wrong is said with its line and what to do, in words of our own: those of the parser may repeat
 * the text that it stumbled over, which may be a token.
 */
export const parseYaml = (text: string): E.Either<ReadonlyArray<ConfigFault>, ParsedYaml> => {
  const lines = new LineCounter();
  const at = (position: number, message: string): ConfigFault => {
    const { line, col } = lines.linePos(position);
    return { path: '', message: `Line ${String(Math.max(line, 1))}, column ${String(Math.max(col, 1))} is not YAML: ${message}` };
  };
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'error', stringKeys: true, lineCounter: lines });
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0) return E.left(wrong.map(({ code, pos: [start] }) => at(start, meanings[code])));
    const aliases = aliasFaults(document);
    if (aliases.length > 0) return E.left(aliases.map(([start, message]) => at(start, message)));
    const value: unknown = document.toJS();
    return E.right({ value, lineOf: lineIn(document, lines) });
  } catch {
    return E.left([{ path: '', message: 'This is YAML that can\'t be read: it nests too deep, or its aliases repeat too much. Write it out plainly.' }]);
  }
};

const indent = 'the indentation does not fit the lines around it. Indent with spaces, the same for all settings of a section.';
const quotes = 'put the text that stands here in quotes.';

const meanings: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) has no tag or anchor of its own. Remove what stands before it.',
  BAD_ALIAS: 'an alias (*name) is not well formed. Where a text begins with *, put it in quotes.',
  BAD_COLLECTION_TYPE: 'a tag (!name) does not fit what it stands before. Remove it.',
  BAD_DIRECTIVE: 'a line that begins with % is no directive of YAML. Remove it.',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no escape of YAML. Write two, or use single quotes.',
  BAD_INDENT: indent,
  BAD_PROP_ORDER: 'an anchor or a tag stands where none may. Remove it.',
  BAD_SCALAR_START: `a text can't begin with this character: ${quotes}`,
  BLOCK_AS_IMPLICIT_KEY: `a setting stands within another one's line. Begin a new line, or ${quotes}`,
  BLOCK_IN_FLOW: 'lines with dashes or colons stand within brackets. Write them with commas.',
  DUPLICATE_KEY: 'the same setting stands twice in a section. Remove one.',
  IMPOSSIBLE: `it can't be read here. Look at the line, and ${quotes}`,
  KEY_OVER_1024_CHARS: 'the name of a setting is longer than any.',
  MISSING_CHAR: 'a quote, bracket, comma, colon or space is missing before this place.',
  MULTILINE_IMPLICIT_KEY: `a colon is missing, or ${quotes}`,
  MULTIPLE_ANCHORS: 'two anchors (&name) stand at one place. Remove one.',
  MULTIPLE_DOCS: 'a second document begins (---). Leave one in the file.',
  MULTIPLE_TAGS: 'two tags (!name) stand at one place. Remove one.',
  NON_STRING_KEY: `the name of a setting is no text. Where braces belong to a text, ${quotes}`,
  RESOURCE_EXHAUSTION: 'it nests too deep. Write it out plainly.',
  TAB_AS_INDENT: 'a tab indents this line. Use spaces.',
  TAG_RESOLVE_FAILED: 'a tag (!name) is not known here. Remove it; where a text begins with !, put it in quotes.',
  UNEXPECTED_TOKEN: `this was not expected here. Look at brackets and commas, or ${quotes}`,
};

/** Aliases of anchors that are not there, or that stand within their own anchor. */
const aliasFaults = (document: Document): ReadonlyArray<readonly [position: number, message: string]> => {
  const faults: Array<readonly [number, string]> = [];
  visit(document, {
    Alias: (_, alias, path) => {
      const source = alias.resolve(document);
      const position = alias.range?.[0] ?? 0;
      if (source === undefined) {
        faults.push([position, 'an alias (*name) of an anchor that is not set before it. Set it with &name; where a text begins with *, put it in quotes.']);
      } else if (path.some((node) => node === source)) {
        faults.push([position, 'an alias (*name) stands within what it stands for. Write it out.']);
      }
    },
  });
  return faults;
};

const lineIn =
  (document: Document, lines: LineCounter) =>
  (keys: ReadonlyArray<string>): number | undefined => {
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node: unknown = document.getIn(keys.slice(0, depth), true);
      if (isAlias(node) || (typeof node === 'object' && node !== null && 'range' in node)) {
        const [start] = (node.range ?? []) as ReadonlyArray<number>;
        if (start !== undefined) return lines.linePos(start).line;
      }
    }
    return undefined;
  };
