import { Revision } from '@account-data/client';

/** A number as a revision, which travels as a decimal text. @category constructors */
export const asRevision = (revision: number): Revision => Revision(revision);
