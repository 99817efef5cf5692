import { useId } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Address } from '../address/Address.js';
import { goTo, linkWith } from '../address/useAddress.js';
import { narrow, useMedia } from '../layout/useMedia.js';
import { type TimelineFilter, global, inputValue, narrows, queryOfForm } from './TimelineFilter.js';

interface Props {
  readonly address: Address;
  readonly filter: TimelineFilter;
  /** Everybody's changes can be narrowed by type and time only. */
  readonly ofEverybody: boolean;
}

const nothing = { type: undefined, tag: undefined, room: undefined, since: undefined, until: undefined, by: undefined, order: undefined };

/** What the timeline is narrowed to. It goes into the address when the form is sent. */
export const FilterForm = ({ address, filter, ofEverybody }: Props): ReactNode => {
  const id = useId();
  const isNarrow = useMedia(narrow);
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    goTo(linkWith(address, { ...nothing, change: undefined, ...queryOfForm(new FormData(event.currentTarget)) }));
  };
  const { show, type, tag, roomId, since, until, oldestFirst } = filter;
  return (
    // Made anew where the address says something else, as when somebody goes back.
    <details className="filter-fold" open={!isNarrow || narrows(filter)} key={`${address.query.toString()} ${String(isNarrow)}`}>
      <summary>Filters</summary>
      <form className="filters" aria-label="Filters" onSubmit={onSubmit}>
      {show === 'tags' ? (
        <div className="field"><label htmlFor={`${id}tag`}>Tag</label><input id={`${id}tag`} name="tag" defaultValue={tag ?? ''} placeholder="any" spellCheck={false} /></div>
      ) : (
        <div className="field"><label htmlFor={`${id}type`}>Type</label><input id={`${id}type`} name="type" defaultValue={type ?? ''} placeholder="any" spellCheck={false} /></div>
      )}
      {ofEverybody ? null : (
        <div className="field">
          <label htmlFor={`${id}room`}>Room</label>
          <input id={`${id}room`} name="room" defaultValue={roomId === null ? global : roomId ?? ''} placeholder={show === 'tags' ? 'any' : 'any, or “global”'} spellCheck={false} />
        </div>
      )}
      <div className="field"><label htmlFor={`${id}since`}>From</label><input id={`${id}since`} name="since" type="datetime-local" step="1" defaultValue={inputValue(since)} /></div>
      <div className="field"><label htmlFor={`${id}until`}>Before</label><input id={`${id}until`} name="until" type="datetime-local" step="1" defaultValue={inputValue(until)} /></div>
      <div className="field">
        <label htmlFor={`${id}order`}>Order</label>
        <select id={`${id}order`} name="order" defaultValue={oldestFirst ? 'oldest' : ''}>
          <option value="">Newest first</option>
          <option value="oldest">Oldest first</option>
        </select>
      </div>
      <div className="actions">
        <button type="submit" className="primary">Apply</button>
        {narrows(filter) || oldestFirst ? <a className="button" href={linkWith(address, { ...nothing, change: undefined })}>Clear</a> : null}
      </div>
      </form>
    </details>
  );
};
