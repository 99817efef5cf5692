import type { QuarantinedEvent } from '../ProjectionHealth.js';

/** A quarantined event as JSON, under its position. @category destructors */
export const parseQuarantined = (record: Buffer): QuarantinedEvent =>
  JSON.parse(record.toString('utf8', 0, record.length)) as QuarantinedEvent;
