/** Where people sign in, as the server says. @category model */
export interface SignInOffer {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: ReadonlyArray<string>;
  readonly resource?: string;
}

/** The folder of the page, wherever a proxy puts it. It is where the issuer sends people back to. */
export const pageAddress = (): string => new URL('.', `${window.location.origin}${window.location.pathname}`).href;

/** Asks the server where people sign in; undefined where they do by a token only. */
export const askOffer = async (): Promise<SignInOffer | undefined> => {
  const answer = await fetch(new URL('sign-in.json', pageAddress()), { credentials: 'omit', cache: 'no-store' });
  return answer.ok ? offerOf(await answer.json()) : undefined;
};

const offerOf = (json: unknown): SignInOffer | undefined => {
  const given = recordOf(recordOf(json)?.['sign_in']);
  const { issuer, client_id: clientId, scopes, resource } = given ?? {};
  if (typeof issuer !== 'string' || typeof clientId !== 'string' || !Array.isArray(scopes)) return undefined;
  return { issuer, clientId, scopes: scopes.filter((scope) => typeof scope === 'string'), ...(typeof resource === 'string' ? { resource } : {}) };
};

const recordOf = (json: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : undefined;
