import { ConfigError } from '@account-data/modules';
import { describe, expect, it } from 'vitest';
import { module } from '../src/index.js';
import { isPublicAddress } from '../src/isPublicAddress.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const url = 'https://example.org/hook-path-secret';

describe('the configuration', () => {
  it('takes public https URLs, and more where private ones are allowed', () => {
    expect(module.parseConfig({ url, secret })).toMatchObject({ allowPrivate: false });
    expect(module.parseConfig({ url: 'https://93.184.216.34/', secret })).toMatchObject({ allowPrivate: false });
    expect(module.parseConfig({ url: 'http://[::1]:9000/', secret, allow_private: true })).toMatchObject({ allowPrivate: true });
  });

  it.each([
    [{ secret }, "url: 'url' is required"],
    [{ url }, "secret: 'secret' is required"],
    [{ url: 'hook-path-secret', secret }, 'url: must be a URL'],
    [{ url: 'ftp://example.org/', secret }, 'url: must be an https:// URL'],
    [{ url: 'http://example.org/', secret }, 'url: must be an https:// URL'],
    [{ url: 'https://me:hook-path-secret@example.org/', secret }, 'url: must not hold a name or password'],
    [{ url: 'https://127.0.0.1/', secret }, 'url: leads to a private address'],
    [{ url: 'https://2130706433/', secret }, 'url: leads to a private address'],
    [{ url: 'https://0x7f.1/', secret }, 'url: leads to a private address'],
    [{ url: 'https://[::ffff:127.0.0.1]/', secret }, 'url: leads to a private address'],
    [{ url: 'https://[fd00::1]/', secret }, 'url: leads to a private address'],
    [{ url, secret: 'hook-path-secret' }, 'secret: must be whsec_'],
    [{ url, secret: 'whsec_c2hvcnQ=' }, 'secret: must be whsec_'],
    [{ url, secret, allow_private: 'yes' }, 'allow_private: must be true or false'],
    [{ url, secret, timeout: 5 }, 'timeout: is not a setting'],
    [[], 'must be a mapping'],
  ])('%j is refused', (config, message) => {
    let error: unknown;
    try {
      module.parseConfig(config);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('hook-path-secret');
  });
});

describe('an address', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255',
    '192.0.0.1', '192.168.1.1', '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:8.8.8.8',
    '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::',
    '3fff::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'localhost', '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
