import type { PositionedEvent } from '@account-data/event-store';

/** The event with its text, as a store of JSON has it; its data and metadata can't be had. */
export const asText = (event: PositionedEvent): PositionedEvent => {
  const parts = [JSON.stringify(event.stream), ',', JSON.stringify(event.id), ',', `${JSON.stringify(event.data)},${JSON.stringify(event.metadata)}`].map((part) => Buffer.from(part));
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.length, 0));
  const bytes = Buffer.concat(parts);
  const [streamFrom = 0, , idFrom = 0, , from = 0] = starts;
  return {
    ...event,
    text: {
      bytes,
      streamFrom: streamFrom + 1,
      streamTo: (parts[0]?.length ?? 0) - 1,
      idFrom: idFrom + 1,
      from,
      to: bytes.length,
      revisionNumber: Number(event.revision),
      positionNumber: Number(event.position),
    },
  };
};
