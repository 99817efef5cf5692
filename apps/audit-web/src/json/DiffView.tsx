import { diffWordsWithSpace } from 'diff';
import { Fragment, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { shown } from '../text/shown.js';
import { type DiffLine, linesOf, runsOf } from './DiffLine.js';
import { diffJson } from './JsonDiff.js';

/** What is compared; null is nothing at all. @category model */
export interface DiffViewProps {
  readonly before: unknown;
  readonly after: unknown;
  readonly label: string;
  /** What is said where nothing differs. */
  readonly same?: string;
}

const signs = { same: ' ', added: '+', removed: '−' } as const;
const words = { same: '', added: 'Added: ', removed: 'Removed: ' } as const;

/** What became of a value, as JSON with the changed lines marked. What stayed is folded, long values are cut until asked for. */
export const DiffView = ({ before, after, label, same = 'Nothing changed: the content is what it was.' }: DiffViewProps): ReactNode => {
  const lines = useMemo(() => linesOf(diffOf(before, after)), [before, after]);
  const runs = useMemo(() => runsOf(lines), [lines]);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [all, setAll] = useState(false);
  if (lines.every(({ mark }) => mark === 'same')) return <p className="quiet">{same}</p>;
  let left = all ? Infinity : mostLines;
  return (
    <div className="diff" role="group" aria-label={label} tabIndex={0}>
      {runs.map(({ folded, start, lines: those }) => {
        if (left <= 0) return null;
        if (folded && !opened.has(start)) {
          left -= 1;
          return (
            <button key={start} type="button" className="fold" onClick={() => { setOpened(new Set([...opened, start])); }}>
              {those.length} unchanged lines
            </button>
          );
        }
        const visible = those.slice(0, left);
        left -= visible.length;
        return <Fragment key={start}>{visible.map((line, index) => <Line key={start + index} line={line} />)}</Fragment>;
      })}
      {left > 0 ? null : (
        <button type="button" className="fold" onClick={() => { setAll(true); }}>Show all {lines.length} lines</button>
      )}
    </div>
  );
};

const diffOf = (before: unknown, after: unknown) => {
  if (before === null) return { _tag: 'Added', value: after } as const;
  if (after === null) return { _tag: 'Removed', value: before } as const;
  return diffJson(before, after);
};

const mostLines = 300;
const longText = 400;

const Line = ({ line }: { readonly line: DiffLine }): ReactNode => {
  const { mark, depth, text } = line;
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > longText;
  return (
    <div className={`line ${mark}`}>
      <span className="sign" aria-hidden="true">{signs[mark]}</span>
      <code style={{ paddingInlineStart: `${String(Math.min(depth, 12) * 1.25)}rem` }}>
        <span className="unseen">{words[mark]}</span>
        {cut ? shown(text.slice(0, longText)) : <Text line={line} />}
        {cut ? (
          <button type="button" className="more" onClick={() => { setWhole(true); }}>
            … show all {text.length.toLocaleString()} characters
          </button>
        ) : null}
      </code>
    </div>
  );
};

/** Texts of more characters than this are not compared word by word. */
const comparedText = 4_000;

const Text = ({ line: { mark, text, counterpart } }: { readonly line: DiffLine }): ReactNode => {
  if (counterpart === undefined || text.length > comparedText || counterpart.length > comparedText) return shown(text);
  const [old, young] = mark === 'removed' ? [text, counterpart] : [counterpart, text];
  return diffWordsWithSpace(old, young)
    .filter((part) => (mark === 'removed' ? !part.added : !part.removed))
    .map((part, index) => (part.added || part.removed ? <mark key={index}>{shown(part.value)}</mark> : <Fragment key={index}>{shown(part.value)}</Fragment>));
};
