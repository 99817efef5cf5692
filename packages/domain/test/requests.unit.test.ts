import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { actorKey, actorKinds, parseActor, parseReason, parseRequestKey } from '@account-data/domain';

describe('a request key', () => {
  it.each(['k', '💩', ' ', 'x'.repeat(255)])('may be %j', (key) => {
    expect(parseRequestKey(key)).toStrictEqual(E.right(key));
  });

  it.each([[''], ['x'.repeat(256)], ['a\0b'], ['\ud800'], [7], [undefined], [null], ['é'.repeat(128)]])('may not be %j', (key: unknown) => {
    expect(parseRequestKey(key)).toMatchObject(E.left({ code: 'invalid_request_key', path: '/requestKey' }));
  });
});

describe('a reason', () => {
  it('is a text of up to 1,024 bytes', () => {
    expect(parseReason('x'.repeat(1_024))).toStrictEqual(E.right('x'.repeat(1_024)));
    for (const reason of ['', 'x'.repeat(1_025), 7, null]) {
      expect(parseReason(reason)).toMatchObject(E.left({ code: 'invalid_reason', path: '/reason' }));
    }
  });
});

describe('an actor', () => {
  it('has a known kind and an id', () => {
    for (const kind of actorKinds) {
      const given = { kind, id: 'x', more: 1 };
      const actor = parseActor(given);
      expect(actor).toStrictEqual(E.right({ kind, id: 'x' }));
      expect(E.isRight(actor) && Object.isFrozen(actor.right)).toBe(true);
    }
  });

  it.each([
    [null, '/actor'],
    ['user', '/actor'],
    [{ kind: 'user' }, '/actor'],
    [{ kind: 'root', id: 'x' }, '/actor/kind'],
    [{ kind: 'constructor', id: 'x' }, '/actor/kind'],
    [{ kind: 'user', id: '' }, '/actor/id'],
    [{ kind: 'user', id: 'a\0' }, '/actor/id'],
    [{ kind: 'user', id: 1 }, '/actor/id'],
  ])('may not be %j', (actor, path) => {
    expect(parseActor(actor)).toMatchObject(E.left({ code: 'invalid_actor', path }));
  });

  it('has its request keys under its kind and id', () => {
    const keys = actorKinds.flatMap((kind) => ['x', 'y', ':'].map((id) => actorKey({ kind, id })));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
