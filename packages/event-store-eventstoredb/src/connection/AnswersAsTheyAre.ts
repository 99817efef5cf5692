import { Metadata, type MetadataValue } from '@grpc/grpc-js';

const acceptEncoding = 'grpc-accept-encoding';

/**
 * Metadata of a call that asks for answers without compression. Servers from 25.1 on compress each message by itself for
 * clients that accept it; `@grpc/grpc-js` says in every call that it does, when it has the metadata in its hands, and
 * then passes each small message through a zlib stream of its own. There is no option against it.
 *
 * @category model
 */
export class AnswersAsTheyAre extends Metadata {
  static from(metadata: Metadata): AnswersAsTheyAre {
    const copy = new AnswersAsTheyAre(metadata.getOptions());
    copy.merge(metadata);
    return copy;
  }

  override set(key: string, value: MetadataValue): void {
    super.set(key, key.toLowerCase() === acceptEncoding ? 'identity' : value);
  }

  /** Each call works on a clone: it stays one of these. */
  override clone(): AnswersAsTheyAre {
    return AnswersAsTheyAre.from(this);
  }
}
