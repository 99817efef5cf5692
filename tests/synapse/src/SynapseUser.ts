import { createHmac } from 'node:crypto';
import { registrationSecret } from './synapseConfig.js';

/** A user of a Synapse, logged in. @category model */
export interface SynapseUser {
  readonly userId: string;
  readonly accessToken: string;
  readonly deviceId: string;
  readonly password: string;
}

/**
 * Registers a user by the shared secret.
 *
 * Source: https://element-hq.github.io/synapse/latest/admin_api/register_api.html
 *
 * @category constructors
 */
export const registerUser = async (url: string, localpart: string, isAdmin: boolean): Promise<SynapseUser> => {
  const endpoint = `${url}/_synapse/admin/v1/register`;
  const { nonce } = (await (await fetch(endpoint)).json()) as { nonce: string };
  const password = `password of ${localpart}`;
  const mac = createHmac('sha1', registrationSecret)
    .update([nonce, localpart, password, isAdmin ? 'admin' : 'notadmin'].join('\0'))
    .digest('hex');
  const answer = await fetch(endpoint, {
    method: 'POST',
    body: JSON.stringify({ nonce, username: localpart, password, admin: isAdmin, mac }),
  });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`Synapse did not register ${localpart}: ${String(answer.status)} ${body}`);
  const { user_id: userId, access_token: accessToken, device_id: deviceId } = JSON.parse(body) as Record<string, string>;
  return { userId: userId ?? '', accessToken: accessToken ?? '', deviceId: deviceId ?? '', password };
};
