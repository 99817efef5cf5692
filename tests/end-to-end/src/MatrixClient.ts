/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What a Matrix client asks of the server for one user. Each member gives the answer as it is. */
export interface MatrixClient {
  readonly send: (method: string, path: string, body?: string) => Promise<Answer>;
  readonly put: (type: string, content: unknown, roomId?: string) => Promise<Answer>;
  readonly get: (type: string, roomId?: string) => Promise<Answer>;
  readonly delete: (type: string, roomId?: string) => Promise<Answer>;
  readonly setTag: (roomId: string, tag: string, content: unknown) => Promise<Answer>;
  readonly removeTag: (roomId: string, tag: string) => Promise<Answer>;
  readonly tags: (roomId: string) => Promise<Answer>;
}

const segment = encodeURIComponent;

/** @category constructors */
export const matrixClient = (url: string, token: string | undefined, userId: string): MatrixClient => {
  const send = async (method: string, path: string, body?: string): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const user = `/user/${segment(userId)}`;
  const dataPath = (type: string, roomId?: string): string =>
    roomId === undefined
      ? `${user}/account_data/${segment(type)}`
      : `${user}/rooms/${segment(roomId)}/account_data/${segment(type)}`;
  const tagPath = (roomId: string): string => `/_matrix/client/v3${user}/rooms/${segment(roomId)}/tags`;
  return {
    send,
    put: (type, content, roomId) =>
      send('PUT', `/_matrix/client/v3${dataPath(type, roomId)}`, JSON.stringify(content)),
    get: (type, roomId) => send('GET', `/_matrix/client/v3${dataPath(type, roomId)}`),
    delete: (type, roomId) =>
      send('DELETE', `/_matrix/client/unstable/org.matrix.msc3391${dataPath(type, roomId)}`),
    setTag: (roomId, tag, content) => send('PUT', `${tagPath(roomId)}/${segment(tag)}`, JSON.stringify(content)),
    removeTag: (roomId, tag) => send('DELETE', `${tagPath(roomId)}/${segment(tag)}`),
    tags: (roomId) => send('GET', tagPath(roomId)),
  };
};
