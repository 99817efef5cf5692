/** Any JSON value. @category model */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject;

/** A JSON object. Objects that the domain hands out are deeply frozen. @category model */
export interface JsonObject {
  readonly [key: string]: Json;
}
