import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { GroupLabels, labelsOf, partLabels } from './labels';
import { shortHash, suffixed } from './names';
import { refuse } from '../checks/errors';
import { isWritable } from '../checks/yaml-text';

/**
 * The API server refuses objects whose annotations are longer, and `kubectl apply` keeps a copy of each object in one
 * of them.
 */
const MAX_BYTES = 256 * 1024;
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';
/** Of a namespace that is chosen later. */
const LONGEST_NAME = 'x'.repeat(63);

/**
 * The pods of an earlier revision still mount what the latest manifests no longer have: without it none of them starts
 * again. So what deletes objects that are gone from the manifests shall leave these, and not call the app out of sync
 * for them.
 */
const KEPT = {
  'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  'argocd.argoproj.io/sync-options': 'Prune=false',
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
};

/** Text files in a ConfigMap. */
export interface Files {
  /** The ConfigMap's name. */
  readonly configMap: string;
  /** Content by file name. */
  readonly data: { readonly [name: string]: string };
}

/**
 * The files of a group's pods.
 * @throws where they are larger than `kubectl apply` takes, or no file can hold them
 */
export function files(scope: Construct, id: string, labels: GroupLabels, data: Record<string, string>): Files {
  return configMap(scope, id, { name: labels.group, labels: labelsOf(scope, labels), data });
}

/** By chart, and by what they are called. */
const shared = new WeakMap<Chart, Map<string, Files>>();

/**
 * Files that several patterns of a chart use, such as a program: made once per chart, by the first that asks, so that
 * they come before all pods.
 */
export function sharedFiles(scope: Construct, id: string, called: string, data: () => Record<string, string>): Files {
  const chart = Chart.of(scope);
  const known = shared.get(chart) ?? new Map<string, Files>();
  shared.set(chart, known);
  const made = known.get(called) ?? configMap(scope, id, {
    // The chart's id in front: another chart in the same namespace may come from another version of this library.
    name: suffixed(chart.node.id, called),
    labels: partLabels(scope, 'program'),
    data: data(),
  });
  known.set(called, made);
  return made;
}

interface ConfigMapSpec {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly data: Record<string, string>;
}

/**
 * Its name changes with any byte of its content: so new content rolls the pods, and pods of an earlier revision find
 * theirs.
 */
function configMap(scope: Construct, id: string, { name, labels, data }: ConfigMapSpec): Files {
  const chart = Chart.of(scope);
  const content = Object.entries(data).sort(([a], [b]) => a < b ? -1 : 1);
  // With the chart's path, charts whose ids make the same name have ConfigMaps of their own.
  const described = JSON.stringify([chart.node.path, name, content.map(([file, text]) => [file, text.length])]);
  const hash = shortHash(described, ...content.map(([, text]) => text));
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: suffixed(name, hash), labels, annotations: KEPT },
    immutable: true,
    ...inYaml(scope, data),
  };
  const metadata = {
    ...object.metadata,
    labels: { ...chart.labels, ...labels },
    namespace: chart.namespace ?? LONGEST_NAME,
  };
  checkBytes(scope, name, { ...object, metadata });
  new ApiObject(scope, id, object);
  return { configMap: object.metadata.name, data };
}

interface Annotated {
  readonly metadata: { readonly annotations: Record<string, string>; readonly [field: string]: unknown };
  readonly data: Record<string, string>;
  readonly binaryData?: Record<string, string>;
}

/** Files that YAML cannot hold as text are Base64: pods get the same bytes. */
function inYaml(scope: Construct, all: Record<string, string>): Pick<Annotated, 'data' | 'binaryData'> {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [file, text] of Object.entries(all)) {
    refuseHalfPairs(scope, file, text);
    if (isWritable(text)) data[file] = text;
    else binaryData[file] = Buffer.from(text).toString('base64');
  }
  return Object.keys(binaryData).length > 0 ? { data, binaryData } : { data };
}

/** Half of a surrogate pair has no bytes. */
function refuseHalfPairs(scope: Construct, file: string, text: string): void {
  const half = /\p{Surrogate}/u.exec(text);
  if (!half) return;
  const lines = text.slice(0, half.index).split('\n');
  const place = `line ${lines.length}, column ${lines.pop()!.length + 1}`;
  refuse(scope, `file '${file}' has \\u${half[0].charCodeAt(0).toString(16)} (${place}), `
    + 'half of a character, which no file can hold: write it as an escape');
}

/**
 * Refuses an object whose annotations, kubectl's included, are too long: JSON as Go writes it, with a line break
 * behind it.
 */
function checkBytes(scope: Construct, name: string, object: Annotated): void {
  const all = { ...object.data, ...object.binaryData };
  const characters = Object.values(all).reduce((sum, text) => sum + text.length, 0);
  // A character becomes six at most: of most ConfigMaps, that is known without writing them.
  if (characters * 6 < MAX_BYTES / 2) return;
  const copy = JSON.stringify(object).replace(/[<>&\u2028\u2029]/g, '\\u0000');
  const annotations = Object.entries({ ...object.metadata.annotations, [COPY]: `${copy}\n` });
  const bytes = annotations.reduce((sum, [key, value]) => sum + key.length + Buffer.byteLength(value), 0);
  if (bytes <= MAX_BYTES) return;
  const names = Object.keys(all).join(', ');
  refuse(scope, `ConfigMap '${name}' takes ${Math.ceil(bytes / 1024)} KiB in the annotation that kubectl apply makes `
    + `of it (${names}): Kubernetes takes ${MAX_BYTES / 1024} KiB, so put code of that size into an image`);
}
