import { createHash } from 'crypto';
import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { refuse } from '../errors';

/** Above this `kubectl apply` fails: it keeps a copy in an annotation, and annotations end at 256 KiB. */
const MAX_BYTES = 256 * 1024;

/** Text files in a ConfigMap. */
export interface Files {
  /** The ConfigMap's name. */
  readonly configMap: string;
  /** Content by file name. */
  readonly data: { readonly [name: string]: string };
}

/**
 * A ConfigMap of text files.
 * @throws where they are larger than `kubectl apply` takes
 */
export function files(scope: Construct, id: string, name: string, data: Record<string, string>): Files {
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_BYTES) {
    refuse(scope, `ConfigMap '${name}' holds ${Math.ceil(bytes / 1024)} KiB (${Object.keys(data).join(', ')}): `
      + `kubectl apply takes ${MAX_BYTES / 1024} KiB, so put code of that size into an image`);
  }
  new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'cdk8s', 'app.kubernetes.io/part-of': Chart.of(scope).node.id } },
    data,
  });
  return { configMap: name, data };
}

/** Files that several patterns of a chart use, such as a program: made once per chart, whoever asks first. */
export function sharedFiles(scope: Construct, id: string, data: () => Record<string, string>): Files {
  const chart = Chart.of(scope);
  const existing = chart.node.tryFindChild(id) as SharedFiles | undefined;
  return (existing ?? new SharedFiles(chart, id, data())).files;
}

class SharedFiles extends Construct {
  public readonly files: Files;

  constructor(chart: Chart, id: string, data: Record<string, string>) {
    super(chart, id);
    // The chart's id in front: another chart in the same namespace may come from another version of this library.
    this.files = files(this, 'ConfigMap', `${chart.node.id}-${id}`.toLowerCase(), data);
  }
}

/** Changes with any byte of the files: on the pod template it makes new content roll the pods. */
export function checksum(all: readonly Files[]): string {
  const hash = createHash('sha256');
  for (const { data } of all) hash.update(JSON.stringify(Object.entries(data).sort(([a], [b]) => a < b ? -1 : 1)));
  return hash.digest('hex').slice(0, 16);
}
