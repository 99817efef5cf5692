import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Services } from '../commands/Execution.js';
import type { Refusal } from '../Refusal.js';
import type { World } from '../World.js';

const afterLoading = <A>(load: () => Promise<TE.TaskEither<Refusal, A>>): TE.TaskEither<Refusal, A> => async () => (await load())();

/** What commands do their work with; each is loaded when it is used, since what it works with takes long to load. */
export const lazyServices = (world: World): Services => ({
  withTarget: (...given) => afterLoading(async () => (await import('./withTarget.js')).withTarget(world)(...given)),
  withServer: (...given) => afterLoading(async () => (await import('./withServer.js')).withServer(world)(...given)),
  serve: (options) => async () => (await import('./serve.js')).serve(world)(options)(),
  follow: (options) => async () => (await import('./follow.js')).follow(world)(options)(),
  checkFollow: (options) => afterLoading(async () => (await import('./follow.js')).checkFollow(world)(options)),
  diagnose: (options) => afterLoading(async () => (await import('./diagnose.js')).diagnose(world)(options)),
  acceptLoss: (options) => afterLoading(async () => (await import('./acceptLoss.js')).acceptLoss(world)(options)),
  compact: (options) => afterLoading(async () => (await import('./compact.js')).compact(world)(options)),
  scrub: (options) => afterLoading(async () => (await import('./scrub.js')).scrub(world)(options)),
  backUp: (options) => afterLoading(async () => (await import('./backUp.js')).backUp(world)(options)),
  putBack: (options) => afterLoading(async () => (await import('./putBack.js')).putBack(world)(options)),
  salvage: (options) => afterLoading(async () => (await import('./salvage.js')).salvage(world)(options)),
  listTokens: (options) => afterLoading(async () => (await import('./knownTokens.js')).listTokens(world)(options)),
  revokeToken: (options) => afterLoading(async () => (await import('./knownTokens.js')).revokeToken(world)(options)),
  readContexts: () => afterLoading(async () => (await import('./contextFile.js')).readContexts(world)),
  writeContexts: (contexts) => afterLoading(async () => (await import('./contextFile.js')).writeContexts(world, contexts)),
  makeToken: (request) => afterLoading(async () => (await import('./makeToken.js')).makeToken(world)(request)),
});
