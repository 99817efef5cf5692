import * as t from 'io-ts';

/**
 * Who may change something: a user, a service, a module within a delivery, an admin, or a Synapse homeserver that is
 * followed, whose tables don't say who of its users, admins and modules it was.
 *
 * @category constants
 */
export const actorKinds = ['user', 'service', 'module', 'admin', 'synapse'] as const;

/** One of {@link actorKinds}. @category model */
export type ActorKind = (typeof actorKinds)[number];

/** Who asked for a change. `id` is a user ID, the name of a service or module, or a homeserver's server name. @category model */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string;
}

/** Decodes an actor as metadata hold it; the id may be any text. @category codecs */
export const Actor: t.Type<Actor> = t.type(
  { kind: t.keyof({ user: null, service: null, module: null, admin: null, synapse: null }), id: t.string },
  'Actor',
);

/** The actor as one string, under which its request keys count. @category destructors */
export const actorKey = (actor: Actor): string => `${actor.kind}:${actor.id}`;
