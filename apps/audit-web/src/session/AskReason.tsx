import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { Heading } from '../layout/Heading.js';
import { reasonOfTab } from './reasonOfTab.js';
import { useIsNoted, useReason } from './useReason.js';

/** What shows the data of others: whoever is noted when they look is asked why first, once in a tab. */
export const AskReason = ({ children }: { readonly children: ReactNode }): ReactNode => {
  const reason = useReason();
  const isNoted = useIsNoted();
  const field = useId();
  if (!isNoted || reason !== undefined) return children;
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get('reason');
    if (typeof given === 'string' && given.trim() !== '') reasonOfTab.keep(given.trim());
  };
  return (
    <div className="operations">
      <form className="card ask-reason" onSubmit={onSubmit}>
        <Heading>Why do you look?</Heading>
        <label htmlFor={field}>Reason, as “ticket 4711”</label>
        <input id={field} name="reason" maxLength={1_000} required autoFocus autoComplete="off" aria-describedby={`${field}note`} />
        <p id={`${field}note`} className="quiet small">
          Here you see data of others. Who looks at whose, when and why, is kept in the access log. It is asked once in this tab; name no contents.
        </p>
        <div className="buttons">
          <button type="submit" className="primary">Go on</button>
          <button type="button" onClick={() => { reasonOfTab.keep(''); }}>Go on without a reason</button>
        </div>
      </form>
    </div>
  );
};
