import type { FollowHealth } from '@account-data/synapse-follow';
import { Gauge, type Registry } from 'prom-client';

/** Registers what a follow of a homeserver tells of itself. Read when scraped. */
export const registerFollowMetrics = (registry: Registry, health: () => FollowHealth): void => {
  const gauge = (name: string, help: string, read: (health: FollowHealth) => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read(health());
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  };
  gauge('account_data_follow_connected', 'Whether changes of the homeserver come in.', ({ phase }) => (phase === 'following' ? 1 : 0));
  gauge('account_data_follow_behind_bytes', 'WAL written at the homeserver\'s database since what is confirmed here.', ({ behindBytes }) => behindBytes);
  gauge('account_data_follow_retained_bytes', 'WAL that the homeserver\'s database keeps on its disk for this log.', ({ retainedBytes }) => retainedBytes);
  gauge('account_data_follow_appended', 'Changes of the homeserver appended since the start.', ({ appended }) => appended);
  gauge('account_data_follow_parked_rows', 'Rows of the homeserver whose last change this log can not hold.', ({ parked }) => parked);
  gauge('account_data_follow_resynchronisations', 'How often everything was compared because changes may have been missed; of the last 20.', ({ resynchronised }) => resynchronised.filter(({ reason }) => reason !== 'first').length);
};
