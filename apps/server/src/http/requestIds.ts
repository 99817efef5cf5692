import type { IncomingHttpHeaders } from 'node:http';

/**
 * Names requests for logs, answers and the log's correlation ids: the client's own `X-Request-Id` where it is a plain
 * word, else this process's random name and a number.
 *
 * @category constructors
 */
export const requestIds = (processId: string): ((request: { readonly headers: IncomingHttpHeaders }) => string) => {
  const prefix = `${processId.slice(0, 8)}-`;
  let count = 0;
  return ({ headers }) => {
    const given = headers['x-request-id'];
    if (typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given)) return given;
    count += 1;
    return prefix + count.toString(36);
  };
};
