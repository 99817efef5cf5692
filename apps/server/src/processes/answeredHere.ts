/**
 * What a process beside the owner of the log answers by itself: reads of users' data, and changes of one key or tag. `undefined`:
 * the owner answers. It has what there is only once: delivery, operations, feeds and long polls with their limits, conditions on
 * commands, exports, metrics.
 */
export const answeredHere = (method: string | undefined, url: string | undefined): 'read' | 'write' | undefined => {
  if (url === undefined) return undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      return matrixData.test(url) || usersData.test(url) ? 'read' : undefined;
    case 'PUT':
    case 'DELETE':
      return matrixData.test(url) ? 'write' : undefined;
    default:
      return undefined;
  }
};

const matrixData = /^\/_matrix\/client\/(?:v3|r0|unstable\/org\.matrix\.msc3391)\/user\/[^/?]+\/(?:account_data|rooms\/[^/?]+\/(?:account_data|tags))(?:[/?]|$)/;

const usersData = /^\/v1\/users(?:[/?]|$)/;
