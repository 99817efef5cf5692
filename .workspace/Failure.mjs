/** Something that the person at the terminal can act on: printed without a stack. */
export class Failure extends Error {}
