import { isKnown, KubeObject, titleOf } from './kube';
import { shaped, shown } from './shape';
import { shapeOf } from './shapes';
import { yamlDocuments } from './yaml';

/** What a local cluster was given. */
export interface Manifests {
  readonly objects: readonly KubeObject[];
  /** Those of kinds that are nothing to a local cluster. */
  readonly passedOver: readonly KubeObject[];
}

/**
 * Reads what a local cluster may be started from: a cdk8s App or Chart, YAML text, parsed objects, or an array of
 * these. The App and the Chart are known by what they can do, so that any version of cdk8s will do. Throws where
 * something is not a Kubernetes object, or a field of it has the wrong type, saying which.
 */
export function readObjects(input: any): Manifests {
  const all = read(input).map(checked);
  return { objects: all.filter(isKnown), passedOver: all.filter((each) => !isKnown(each)) };
}

/** The objects in a value of a manifest: of a list its items, of nothing none. */
export function objectsIn(value: any): any[] {
  if (value === null || value === undefined) return [];
  if (!String(value.kind).endsWith('List') || !Array.isArray(value.items)) return [value];
  // As kubectl does: what a DeploymentList holds need not say that it is a Deployment.
  const { apiVersion, kind } = value;
  const known = kind === 'List' ? {} : { apiVersion, kind: kind.replace(/List$/, '') };
  return value.items.flatMap((item: any) => objectsIn(typeof item === 'object' ? { ...known, ...item } : item));
}

function read(input: any): unknown[] {
  if (typeof input === 'string') return readYaml(input);
  if (Array.isArray(input)) return input.flatMap(read);
  // An App: synthYaml runs the validations of all its charts, as `cdk8s synth` does.
  if (typeof input?.synthYaml === 'function') return readYaml(input.synthYaml());
  if (typeof input?.toJson === 'function') return [input.toJson()].flat();
  return input === null || input === undefined ? [input] : objectsIn(input);
}

function readYaml(text: string): unknown[] {
  return yamlDocuments(text).flatMap((document, index) => {
    const [mistake] = document.errors;
    if (mistake) throw new Error(`the YAML cannot be read (document ${index + 1}): ${mistake.message}`);
    return objectsIn(document.toJS());
  });
}

function checked(object: any): KubeObject {
  if (typeof object?.apiVersion !== 'string' || typeof object.kind !== 'string'
    || (object.metadata?.name ?? undefined) === undefined) {
    throw new Error(`${shown(object)} is not a Kubernetes object, which has apiVersion, kind and metadata.name: give `
      + 'a cdk8s App or Chart, YAML text, or parsed objects');
  }
  try {
    return shaped(object, shapeOf(isKnown(object) ? object.kind : ''));
  } catch (error) {
    throw new Error(`${titleOf(object)}: ${(error as Error).message}`);
  }
}
