import { Chart, Testing } from 'cdk8s';

/** One object of a chart's manifests, by kind and name. */
export function find(chart: Chart, kind: string, name: string): any {
  const objects = Testing.synth(chart);
  const found = objects.filter((object: any) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) {
    throw new Error(`${found.length} objects are ${kind} '${name}'; there are ${objects.map((o: any) => `${o.kind} '${o.metadata.name}'`).join(', ')}`);
  }
  return found[0];
}
