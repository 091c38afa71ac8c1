import { Chart, Testing } from 'cdk8s';

/** One object of a chart's manifests, by kind and name: that of a ConfigMap without the hash at its end. */
export function find(chart: Chart, kind: string, name: string): any {
  const objects = Testing.synth(chart);
  const found = objects.filter((object: any) => object.kind === kind && nameOf(object) === name);
  if (found.length !== 1) {
    throw new Error(
      `${found.length} objects are ${kind} '${name}'; `
        + `there are ${objects.map((o: any) => `${o.kind} '${o.metadata.name}'`).join(', ')}`,
    );
  }
  return found[0];
}

/** An object's name, without the hash of its content where it is a ConfigMap. */
export function nameOf({ kind, metadata }: any): string {
  return kind === 'ConfigMap' ? metadata.name.replace(/-[0-9a-f]{10}$/, '') : metadata.name;
}
