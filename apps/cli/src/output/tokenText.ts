import { printableJson } from './printable.js';

/** A token that was made, and for whom. @category model */
export interface MadeToken {
  readonly token: string;
  readonly sha256: string;
  /** The data folder that knows it now. */
  readonly savedIn?: string | undefined;
  readonly role: string;
  readonly userId?: string | undefined;
  readonly name?: string | undefined;
}

/** The token, who knows it, and what makes another server know it. */
export const tokenText = ({ token, sha256, savedIn, role, userId, name }: MadeToken): string => {
  const entry = [
    `token_sha256: "${sha256}"`,
    `role: ${role}`,
    ...(userId === undefined ? [] : [`user_id: ${printableJson(userId)}`]),
    ...(name === undefined ? [] : [`name: ${printableJson(name)}`]),
  ].join(', ');
  return [
    token,
    '',
    'Keep it: it is shown this once, and only its digest is stored.',
    savedIn === undefined
      ? 'A server accepts it with this in its configuration:'
      : `The server of ${savedIn} accepts it. Another one does with this in its configuration:`,
    '',
    'auth:',
    '  tokens:',
    `    - { ${entry} }`,
    '',
  ].join('\n');
};
