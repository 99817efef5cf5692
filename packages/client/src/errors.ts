/** The export `./errors`: the errors of the client without the client, which takes longer to load. */
export * from './ClientError.js';
export * from './clientTask.js';
