import type { Program, ProgramContext, RunningProgram } from './Program.js';

/** Opens a program in this process. Loads only the code that the program needs, so that a baseline stays bare. */
export const openProgram = async (program: Program, context: ProgramContext): Promise<RunningProgram> => {
  switch (program._tag) {
    case 'BareChanges':
      return (await import('./programs/bareChanges.js')).bareChanges(program.work, program.settings, context);
    case 'EngineChanges':
      return (await import('./programs/engineChanges.js')).engineChanges(program.work, context);
    case 'BareGet':
      return (await import('./programs/bareGet.js')).bareGet(program.users, program.encoding, context);
    case 'EngineGet':
      return (await import('./programs/engineGet.js')).engineGet(program.users, context);
    case 'BareServer':
      return (await import('./programs/bareServer.js')).bareServer(program.settings, program.parse, context);
    case 'CarefulServer':
      return (await import('./programs/carefulServer.js')).carefulServer(program.settings, program.users, context);
    case 'Server':
      return (await import('./programs/server.js')).server(program.users, program.modules ?? [], context);
    case 'EngineSeed':
      return (await import('./programs/engineSeed.js')).engineSeed(program.work, context);
    case 'BareDeliveries':
      return (await import('./programs/bareDeliveries.js')).bareDeliveries(program.work, context);
    case 'EngineDeliveries':
      return (await import('./programs/engineDeliveries.js')).engineDeliveries(program.work, context);
    case 'BareScan':
      return (await import('./programs/bareScan.js')).bareScan(program.work, context);
    case 'ServerRebuild':
      return (await import('./programs/serverRebuild.js')).serverRebuild(program.work, context);
    case 'BareHistory':
      return (await import('./programs/bareHistory.js')).bareHistory(program.work, context);
    case 'EngineHistory':
      return (await import('./programs/engineHistory.js')).engineHistory(program.work, context);
    case 'BareAppends':
      return (await import('./programs/bareAppends.js')).bareAppends(program.work, program, program.server, context);
    case 'EventStoreDbChanges':
      return (await import('./programs/eventStoreDbChanges.js')).eventStoreDbChanges(program.work, program, program.server, context);
    case 'EventStoreDbDouble':
      return (await import('./programs/eventStoreDbDouble.js')).eventStoreDbDouble(program.version);
    case 'EventStoreDbSeed':
      return (await import('./programs/eventStoreDbSeed.js')).eventStoreDbSeed(program.work, program.server, context);
    case 'BareCatchUp':
      return (await import('./programs/bareCatchUp.js')).bareCatchUp(program.work, program.server, context);
    case 'EventStoreDbCatchUp':
      return (await import('./programs/eventStoreDbCatchUp.js')).eventStoreDbCatchUp(program.work, program, program.server, context);
    case 'SynapseFollow':
      return (await import('./programs/synapseFollow.js')).synapseFollow(program.database, program.rows, context);
    case 'SynapseTakeOver':
      return (await import('./programs/synapseTakeOver.js')).synapseTakeOver(program.database, program.rows, context);
    case 'SynapseLinesImport':
      return (await import('./programs/synapseLinesImport.js')).synapseLinesImport(program.database, program.rows, program.order, context);
    case 'SynapseAnswers':
      return (await import('./programs/synapseAnswers.js')).synapseAnswers(program, context);
    case 'HttpLoad':
      return (await import('./programs/httpLoad.js')).httpLoad(program.url, program.work);
    case 'PinnedLoad':
      return (await import('./programs/pinnedLoad.js')).pinnedLoad(program.url, program.work, context.clock);
    case 'TenantsLoad':
      return (await import('./programs/tenantsLoad.js')).tenantsLoad(program.url, program.beside, context.clock);
    case 'UserSearch':
      return (await import('./programs/userSearch.js')).userSearch(program.url, program.users, context.clock);
    case 'CommandStart':
      return (await import('./programs/commandStart.js')).commandStart(program.work, context);
    case 'BarePage':
      return (await import('./programs/barePage.js')).barePage();
    case 'PageViews':
      return (await import('./programs/pageViews.js')).pageViews(program.address, program.ready);
  }
};
