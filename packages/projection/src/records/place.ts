import { Position, type ReadFrom } from '@account-data/event-store';

/** A place in the log as the number that the model keeps: -1 before the first event. @category destructors */
export const placeNumber = (place: ReadFrom): number => (place === 'start' ? -1 : Number(place));

/** The place in the log that a number of the model stands for. @category constructors */
export const placeOf = (position: number): ReadFrom => (position < 0 ? 'start' : Position(position));
