import { describe, expect, it } from 'vitest';
import { ConnectionStringError, parseConnectionString } from '../src/index.js';

const defaults = { discover: false, tls: true, tlsVerifyCert: true, nodePreference: 'leader', ignored: [] };
const host = (address: string, port = 2113): { address: string; port: number } => ({ address, port });

describe('a connection string', () => {
  const valid: ReadonlyArray<readonly [string, object]> = [
    ['esdb://localhost', { hosts: [host('localhost')] }],
    ['esdb://localhost:2114', { hosts: [host('localhost', 2114)] }],
    ['  esdb://localhost:2114/ ', { hosts: [host('localhost', 2114)] }],
    ['esdb://127.0.0.1:2113?tls=false', { hosts: [host('127.0.0.1')], tls: false }],
    ['esdb://127.0.0.1:2113/?tls=false', { hosts: [host('127.0.0.1')], tls: false }],
    ['esdb://[::1]:2113?tls=false', { hosts: [host('[::1]')], tls: false }],
    ['esdb://[fe80::1]', { hosts: [host('[fe80::1]')] }],
    ['esdb+discover://cluster.example.org', { discover: true, hosts: [host('cluster.example.org')] }],
    ['esdb+discover://cluster.example.org:2115?nodePreference=follower', { discover: true, hosts: [host('cluster.example.org', 2115)], nodePreference: 'follower' }],
    ['esdb://a:1,b:2,c', { hosts: [host('a', 1), host('b', 2), host('c')] }],
    ['esdb://a:1, b:2', { hosts: [host('a', 1), host('b', 2)] }],
    ['esdb://admin:changeit@a:1', { hosts: [host('a', 1)], credentials: { username: 'admin', password: 'changeit' } }],
    ['esdb://a%40b:p%3Aw%2F%25@h', { hosts: [host('h')], credentials: { username: 'a@b', password: 'p:w/%' } }],
    ['esdb://u:p:w@h', { hosts: [host('h')], credentials: { username: 'u', password: 'p:w' } }],
    ['kurrentdb://h', { hosts: [host('h')] }],
    ['kurrentdb+discover://h', { discover: true, hosts: [host('h')] }],
    ['kdb://h', { hosts: [host('h')] }],
    ['esdb://h?tlsCAFile=%2Fetc%2Fca%20file.pem&tlsVerifyCert=false', { hosts: [host('h')], tlsCaFile: '/etc/ca file.pem', tlsVerifyCert: false }],
    ['esdb://h?TLS_CA_FILE=ca.pem', { hosts: [host('h')], tlsCaFile: 'ca.pem' }],
    ['esdb://h?userCertFile=c.pem&userKeyFile=k.pem', { hosts: [host('h')], userCertFile: 'c.pem', userKeyFile: 'k.pem' }],
    ['esdb://h?nodePreference=readOnlyReplica', { hosts: [host('h')], nodePreference: 'read_only_replica' }],
    ['esdb://h?NodePreference=READ_ONLY_REPLICA', { hosts: [host('h')], nodePreference: 'read_only_replica' }],
    [
      'esdb://h?keepAliveInterval=10000&keepAliveTimeout=-1&maxDiscoverAttempts=3&discoveryInterval=50&gossipTimeout=2&connectionName=my%20app',
      { hosts: [host('h')], keepAliveInterval: 10_000, keepAliveTimeout: -1, maxDiscoverAttempts: 3, discoveryInterval: 50, gossipTimeout: 2, connectionName: 'my app' },
    ],
    ['esdb://h?defaultDeadline=5000&throwOnAppendFailure=false&whatever=1', { hosts: [host('h')], ignored: ['defaultDeadline', 'throwOnAppendFailure', 'whatever'] }],
  ];
  for (const [text, expected] of valid) {
    it(`${text.trim()} is understood`, () => {
      expect(parseConnectionString(text)).toEqual({ ...defaults, ...expected });
    });
  }

  const invalid: ReadonlyArray<readonly [string, string]> = [
    ['', 'it must begin with esdb://'],
    ['localhost:2113', 'it must begin with esdb://'],
    ['http://localhost:2113', 'it must begin with esdb://'],
    ['esdb://', 'host 1 is missing'],
    ['esdb://a,,b', 'host 2 is missing'],
    ['esdb://u:s3cret@', 'host 1 is missing'],
    ['esdb://s3cret@h', 'username:password'],
    ['esdb://:s3cret@h', 'username:password'],
    ['esdb://u:@h', 'username:password'],
    ['esdb://u:s3cret%@h', 'the password is not percent-encoded'],
    ['esdb://h:s3cret', 'the port of host 1'],
    ['esdb://h:0', 'the port of host 1'],
    ['esdb://h:65536', 'the port of host 1'],
    ['esdb://a:1:2', 'more than one ":"'],
    ['esdb://h?tls', 'option 1 after "?"'],
    ['esdb://h?tls=', 'option 1 after "?"'],
    ['esdb://h?tls=false&=s3cret', 'option 2 after "?"'],
    ['esdb://h?tls=s3cret', 'the option tls must be true or false'],
    ['esdb://h?keepAliveInterval=s3cret', 'the option keepAliveInterval must be a whole number'],
    ['esdb://h?nodePreference=s3cret', 'the option nodePreference must be'],
    ['esdb://h?userCertFile=c.pem', 'userCertFile and userKeyFile need each other'],
  ];
  for (const [text, message] of invalid) {
    it(`${text === '' ? 'of nothing' : text} is refused, and nothing of it repeated`, () => {
      let error: unknown;
      try {
        parseConnectionString(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(ConnectionStringError);
      expect(error).toMatchObject({ code: 'invalid_connection_string', message: expect.stringContaining(message) as string });
      expect(String(error)).not.toContain('s3cret');
    });
  }
});
