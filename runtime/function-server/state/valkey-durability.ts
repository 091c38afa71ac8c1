import type { Reply } from './resp';

/**
 * What a server does with what it has confirmed, as sentences for the log, where that is not to keep it.
 * @param info what it answers to INFO
 */
export function durabilityFlaws(info: Reply): string[] {
  const said = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(`${info}`)?.[1];
  const policy = said('maxmemory_policy') ?? 'noeviction';
  return [
    ...policy === 'noeviction' ? [] : [
      `throws entries away when it is full (maxmemory-policy ${policy}): set noeviction`,
    ],
    ...said('aof_enabled') === '0' ? ['may lose what it has confirmed when it ends (appendonly no): set yes'] : [],
  ].map((flaw) => `the server of the state ${flaw}`);
}
