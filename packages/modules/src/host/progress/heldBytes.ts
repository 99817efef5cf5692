import type { ModuleCheckpoint } from './ModuleProgress.js';

const encoder = new TextEncoder();

/** Of `{"user":,"nextRevision":"","after":""},` and two numbers of up to 20 digits. */
const frameBytes = 80;

/** How much of a group's progress one held user takes up at most, in bytes. */
export const heldBytes = (user: string): number => frameBytes + encoder.encode(JSON.stringify(user)).length;

/** How much of a group's progress the held users of one module take up at most, in bytes. */
export const heldBytesOf = ({ held }: ModuleCheckpoint): number =>
  held.reduce((bytes, { user }) => bytes + heldBytes(user), 0);
