import type { ReactNode } from 'react';

/** Figures with their names. Those that are not known are left out. */
export const Numbers = ({ of }: { readonly of: ReadonlyArray<readonly [name: string, value: ReactNode]> }): ReactNode => (
  <dl className="numbers">
    {of.filter(([, value]) => value !== undefined).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
  </dl>
);
