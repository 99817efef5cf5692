import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly head: ReadonlyArray<string>;
  readonly rows: ReadonlyArray<{ readonly key: string; readonly cells: ReadonlyArray<ReactNode> }>;
}

/** A table. Where the screen is too narrow for its columns, each row is a list of them with their names. */
export const Table = ({ label, head, rows }: Props): ReactNode => (
  <div className="table" role="region" aria-label={label} tabIndex={0}>
    <table>
      <thead><tr>{head.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
      <tbody>{rows.map(({ key, cells }) => <tr key={key}>{cells.map((cell, index) => <td key={head[index]} data-name={head[index]}>{cell}</td>)}</tr>)}</tbody>
    </table>
  </div>
);
