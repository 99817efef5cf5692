import type { UserId } from '@account-data/domain';
import type { ModuleHostStatus, ModuleState, ModuleStatus } from '@account-data/modules';
import type { ProjectionHealth, QuarantinedEvent } from '@account-data/projection';
import type { ModuleJson, ModulesJson, ProjectionJson } from '@account-data/service-api';
import type * as t from 'io-ts';

/** What modules and the projection are up to, as operators are told. */

const stateWords = { Joined: 'joined', CatchingUp: 'catching_up', Paused: 'paused', Elsewhere: 'elsewhere' } as const;

const pausedBecause = (state: ModuleState): Pick<t.TypeOf<typeof ModuleJson>, 'pausedBecause'> => {
  if (state._tag === 'Paused') return { pausedBecause: state.reason };
  return state._tag === 'Elsewhere' && state.paused !== undefined ? { pausedBecause: state.paused } : {};
};

const moduleStatus = ({ state, held, ...status }: ModuleStatus): t.TypeOf<typeof ModuleJson> => ({
  ...status,
  state: stateWords[state._tag],
  heldUsers: held.length,
  held: held.map(({ userId, nextRevision, attempts }) => ({ userId: userId as UserId, nextRevision, attempts })),
  ...pausedBecause(state),
});

/** The modules as the service API tells them. @category constructors */
export const modulesStatus = ({ modules, ...status }: ModuleHostStatus): t.TypeOf<typeof ModulesJson> => ({
  ...status,
  modules: modules.map(moduleStatus),
});

/** The projection as the service API tells it. @category constructors */
export const projectionStatus = (
  logId: string,
  { subscription, failed, quarantined: _count, ...health }: ProjectionHealth,
  quarantined: ReadonlyArray<QuarantinedEvent>,
): t.TypeOf<typeof ProjectionJson> => ({
  ...health,
  logId,
  subscription: subscription._tag,
  quarantined,
  ...(failed === undefined ? {} : { failed: { code: failed.code, message: failed.message } }),
});
