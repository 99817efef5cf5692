import * as E from 'fp-ts/lib/Either.js';
import type { Handle } from '../../http/Admission.js';
import type { Exchange } from '../../http/Exchange.js';
import { parseJsonBody } from '../../http/jsonBody.js';
import { isMatrixError, userOfPath } from '../access.js';
import type { MatrixContext } from '../MatrixContext.js';
import { matrixErrorOfBody, queryOf } from '../MatrixContext.js';
import { matrixError } from '../MatrixError.js';
import { filterIdOf, filterOfId } from './filterId.js';
import { malformedFilter } from './sync.js';
import { parseSyncFilter } from './SyncFilter.js';

interface FilterPath {
  readonly userId: string;
  readonly filterId: string;
}

const pathOf = (exchange: Exchange): FilterPath => exchange.request.params as FilterPath;

/** POST and GET of filters. Source: the Matrix client-server API, "Filtering". @category constructors */
export const filterHandlers = (context: MatrixContext): { readonly create: Handle; readonly get: Handle } => ({
  create: (exchange, { principal }) => {
    const user = userOfPath(principal, pathOf(exchange).userId, queryOf(exchange, 'user_id'), 'read');
    if (isMatrixError(user)) {
      context.fail(exchange, user);
      return;
    }
    const body = parseJsonBody(exchange.request.body);
    if (E.isLeft(body)) {
      context.fail(exchange, matrixErrorOfBody(body.left));
      return;
    }
    const filter = parseSyncFilter(body.right);
    if (E.isLeft(filter)) {
      context.fail(exchange, malformedFilter(filter.left));
      return;
    }
    const id = filterIdOf(body.right);
    if (id === undefined) context.fail(exchange, matrixError(413, 'M_TOO_LARGE', 'A filter may take 4,096 bytes.'));
    else context.responder.json(exchange, 200, JSON.stringify({ filter_id: id }));
  },
  get: (exchange, { principal }) => {
    const path = pathOf(exchange);
    const user = userOfPath(principal, path.userId, queryOf(exchange, 'user_id'), 'read');
    if (isMatrixError(user)) {
      context.fail(exchange, user);
      return;
    }
    const filter = filterOfId(path.filterId);
    if (E.isLeft(filter)) context.fail(exchange, matrixError(404, 'M_NOT_FOUND', 'No filter of this server has that ID.'));
    else context.responder.json(exchange, 200, JSON.stringify(filter.right));
  },
});
