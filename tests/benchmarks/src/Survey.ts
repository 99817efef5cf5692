/** One number of a run, as it is kept in a file for later ones. @category model */
export interface KeptLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What a survey is run with. @category model */
export interface SurveyContext {
  readonly folder: string;
  /** How long one measurement of a rate or a duration takes. */
  readonly seconds: number;
  /** Sizes of logs, in events. */
  readonly events: ReadonlyArray<number>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** What came of it. `failed`: how many parts of it could not be measured although they should. @category model */
export interface SurveyResult {
  readonly markdown: string;
  readonly lines: ReadonlyArray<KeptLine>;
  readonly failed: number;
}

/** A table of many numbers, and not a ratio to one baseline: measured only where it is asked for by name. @category model */
export interface Survey {
  readonly name: string;
  /** Its heading. */
  readonly title: string;
  readonly about: string;
  readonly run: (context: SurveyContext) => Promise<SurveyResult>;
}
