import { parseAllDocuments } from 'yaml';
import { KubeObject } from './kube';

/**
 * Reads what a local cluster may be started from: a cdk8s App or Chart, YAML text, parsed objects, or an array of these.
 * The App and the Chart are known by what they can do, so that any version of cdk8s will do.
 * Throws where something is not a Kubernetes object, saying which.
 */
export function readObjects(input: any): KubeObject[] {
  const objects = read(input);
  objects.forEach(refuseNonObject);
  return objects;
}

function read(input: any): KubeObject[] {
  if (typeof input === 'string') return readYaml(input);
  if (Array.isArray(input)) return input.flatMap(read);
  // An App: synthYaml runs the validations of all its charts, as `cdk8s synth` does.
  if (typeof input?.synthYaml === 'function') return readYaml(input.synthYaml());
  if (typeof input?.toJson === 'function') return [input.toJson()].flat();
  if (input?.kind === 'List' && Array.isArray(input.items)) return input.items.flatMap(read);
  return [input];
}

function readYaml(text: string): KubeObject[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document, index) => {
    const [mistake] = document.errors;
    if (mistake) throw new Error(`the YAML cannot be read (document ${index + 1}): ${mistake.message}`);
    const value = document.toJS();
    return value === null || value === undefined ? [] : read(value);
  });
}

function refuseNonObject(object: any): void {
  if (object && typeof object === 'object' && typeof object.kind === 'string' && typeof object.metadata?.name === 'string') return;
  const seen = (JSON.stringify(object) ?? String(object)).slice(0, 80);
  throw new Error(`${seen} is not a Kubernetes object, which has kind and metadata.name: give a cdk8s App or Chart, YAML text, or parsed objects`);
}
