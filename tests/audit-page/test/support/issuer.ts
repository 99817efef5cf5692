import { generateKeyPairSync } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** An issuer of OpenID Connect, as people sign in at it. */
export interface Issuer {
  readonly url: string;
  readonly clientId: string;
  /** For whom its tokens are. */
  readonly audience: string;
  /** Has it send people back to a page, and to no other. */
  readonly serve: (page: string) => void;
  /** The audience of the next tokens. */
  readonly nextAudience: (audience: string) => void;
  /** Whether its keys can be read. */
  readonly showKeys: (shown: boolean) => void;
  readonly close: () => Promise<void>;
}

const clientId = 'audit-page';
const resource = 'urn:account-data';
const audience = 'account-data';

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? String(address.port) : ''}`;
};

/** What the issuer shows: who signs in is an auditor, or declines. */
const form = '<!doctype html><html lang="en"><title>Issuer</title><form method="post"><button>Sign in as auditing</button></form><form method="post" action="?decline"><button>Decline</button></form></html>';

/** The npm package oidc-provider, on loopback. What it signs are JSON Web Tokens of the role auditor. */
export const startIssuer = async (): Promise<Issuer> => {
  let handle = (_request: IncomingMessage, response: ServerResponse): void => { response.writeHead(503).end(); };
  let audienceNow: string = audience;
  let keysShown = true;
  const server = createServer((request, response) => { handle(request, response); });
  const url = await listening(server);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serve = (page: string): void => {
    const provider = new Provider(url, {
      clients: [{
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        redirect_uris: [page],
        post_logout_redirect_uris: [page],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
      }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: '1' }] },
      ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, RefreshToken: 600, IdToken: 600, AuthorizationCode: 60 },
      cookies: { keys: ['of the test'] },
      pkce: { required: () => true, methods: ['S256'] },
      clientBasedCORS: () => true,
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      extraTokenClaims: () => ({ role: 'auditor' }),
      features: {
        devInteractions: { enabled: false },
        rpInitiatedLogout: { enabled: true, logoutSource: (context, logout) => { context.body = `<!doctype html><html lang="en"><title>Issuer</title>${logout}<button form="op.logoutForm" name="logout" value="yes">Sign out here, too</button></html>`; } },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: '', audience: audienceNow, accessTokenFormat: 'jwt' as const, jwt: { sign: { alg: 'ES256' as const } } }),
          useGrantedResource: () => true,
        },
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    });
    const callback = provider.callback();
    const interact = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.method !== 'POST') {
        response.setHeader('Content-Type', 'text/html; charset=utf-8').end(form);
        return;
      }
      if (request.url?.endsWith('?decline') === true) {
        await provider.interactionFinished(request, response, { error: 'access_denied' });
        return;
      }
      const grant = new provider.Grant({ accountId: 'auditing', clientId });
      grant.addOIDCScope('openid offline_access');
      grant.addResourceScope(resource, '');
      await provider.interactionFinished(request, response, { login: { accountId: 'auditing' }, consent: { grantId: await grant.save() } });
    };
    handle = (request, response) => {
      if (request.url?.startsWith('/interaction/') === true) void interact(request, response);
      else if (request.url === '/jwks' && !keysShown) response.writeHead(500).end();
      else void callback(request, response);
    };
  };
  return {
    url,
    clientId,
    audience,
    serve,
    showKeys: (shown) => { keysShown = shown; },
    nextAudience: (next) => { audienceNow = next; },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    },
  };
};
