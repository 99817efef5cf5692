import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { inputOfTime, timeOfInput } from '../text/times.js';
import { type Address, linkTo, withQuery } from './Address.js';
import { goTo } from './useAddress.js';

/** A field of a {@link QueryForm}: `name` is its parameter in the address. @category model */
export interface QueryField {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Whether it is a time: local in the form, RFC 3339 in the address, so that a link means the same everywhere. */
  readonly isTime?: true;
}

interface Props {
  readonly label: string;
  readonly address: Address;
  readonly fields: ReadonlyArray<QueryField>;
  readonly send: string;
}

/** What is asked for, in fields of one line. When it is sent, it is the query of the address, and nothing else is. */
export const QueryForm = ({ label, address, fields, send }: Props): ReactNode => {
  const id = useId();
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const asked = fields.map(({ name, isTime }) => {
      const value = form.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      const time = isTime === true ? timeOfInput(text) : undefined;
      return [name, isTime !== true ? text : time === undefined ? undefined : new Date(time).toISOString()] as const;
    });
    goTo(linkTo(address.path, withQuery(new URLSearchParams(), Object.fromEntries(asked))));
  };
  return (
    // Made anew where the address says something else, as when somebody goes back.
    <form className="filters scan" aria-label={label} onSubmit={onSubmit} key={fields.map(({ name }) => address.query.get(name) ?? '').join(' ')}>
      {fields.map(({ name, label: named, placeholder, isTime }) => (
        <div className="field" key={name}>
          <label htmlFor={`${id}${name}`}>{named}</label>
          {isTime === true ? (
            <input id={`${id}${name}`} name={name} type="datetime-local" step="1" defaultValue={timeIn(address, name)} />
          ) : (
            <input id={`${id}${name}`} name={name} defaultValue={address.query.get(name) ?? ''} placeholder={placeholder} spellCheck={false} autoComplete="off" />
          )}
        </div>
      ))}
      <div className="actions"><button type="submit" className="primary">{send}</button></div>
    </form>
  );
};

const timeIn = ({ query }: Address, name: string): string => {
  const time = timeOfInput(query.get(name));
  return time === undefined ? '' : inputOfTime(time);
};
