import type { Group } from './groups';
import type { Known } from './kinds';
import { routerKey } from './router-key';

/** What the configuration of a group's program tells: it stands in the ConfigMaps that its pods mount. */
export interface Program {
  /** The pattern that it is the front of. */
  readonly pattern?: 'Spread' | 'Shard' | 'ScatterGather';
  readonly notes: readonly string[];
  readonly calls: readonly Call[];
}

export interface Call {
  readonly host: string;
  /** Without it, the name of the host tells the port. */
  readonly port?: number;
  /** What it is called, where it has a name of its own. */
  readonly name?: string;
}

const NOTHING: Program = { notes: [], calls: [] };

/** The ConfigMaps of the manifests, and what programs are told by them. */
export class Programs {
  private readonly data = new Map<string, Readonly<Record<string, string>>>();

  public constructor(objects: readonly Known[]) {
    for (const { type, namespace, metadata, data } of objects) {
      if (type === '/ConfigMap') this.data.set(`${namespace}/${metadata.name}`, data ?? {});
    }
  }

  public of(group: Group): Program {
    const files = this.filesOf(group);
    const nginx = files.get('nginx.conf.template');
    if (nginx !== undefined) return router(inNamespace(nginx, group), files.get('config.js'));
    const config = json(files.get('config.json'));
    if (Array.isArray(config?.leaves)) return root(config.leaves, group);
    if (config?.state?.kind === 'shared') return { ...NOTHING, calls: callsOf([config.state], group) };
    return NOTHING;
  }

  private filesOf({ namespace, pod }: Group): Map<string, string> {
    const names = (pod.volumes ?? []).flatMap(({ configMap, projected }) => (
      [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)].flatMap((each) => each?.name ?? [])
    ));
    return new Map(names.flatMap((name) => Object.entries(this.data.get(`${namespace}/${name}`) ?? {})));
  }
}

function router(nginx: string, script: string | undefined): Program {
  const isShard = nginx.includes('$shard_window');
  const key = routerKey(nginx, json(script?.replace(/^export default |;\s*$/g, '')));
  return {
    pattern: isShard ? 'Shard' : 'Spread',
    notes: key === undefined ? [] : [`${isShard ? 'key' : 'affinity'}: ${key}`],
    calls: upstreams(nginx),
  };
}

/** The servers of all upstreams; without sockets of the pod's own. */
function upstreams(nginx: string): Call[] {
  const blocks = [...nginx.matchAll(/^\s*upstream\s+\S+\s*\{([^}]*)\}/gm)].map(([, block]) => block);
  return blocks.flatMap((block) => (
    [...block.matchAll(/(?:^|[;\s])server\s+(?!unix:)(\[[^\]\s]+\]|[^\s:;]+)(?::(\d+))?/g)].map(([, host, port]) => (
      { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) }
    ))
  ));
}

function root(leaves: readonly any[], group: Group): Program {
  const pattern = group.labels['app.kubernetes.io/name'];
  return {
    pattern: 'ScatterGather',
    notes: [leaves.length === 1 ? '1 leaf' : `${leaves.length} leaves`],
    calls: callsOf(leaves, group).map((call, index) => (
      { ...call, name: call.name === `${pattern}-${index}` ? undefined : call.name }
    )),
  };
}

function callsOf(targets: readonly any[], group: Group): Call[] {
  return targets.filter((each) => typeof each?.host === 'string').map(({ host, port, name }) => (
    { host: inNamespace(host, group), port, name }
  ));
}

/** A text of a configuration as the pods of a group read it. Of other variables, none is in the name of a host. */
function inNamespace(text: string, { namespace }: Group): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name) => name === 'POD_NAMESPACE' ? namespace : '');
}

/** Whoever else calls a file `config.json` may write into it what they like. */
function json(text: string | undefined): any {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
