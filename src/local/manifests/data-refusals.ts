import { KubeObject, titleOf } from './kube';

/**
 * Refuses data that is to be base64 and is not, as an API server does: most often it is plain text that belongs
 * somewhere else.
 */
export function refuseData(object: KubeObject): void {
  const [field, plain] = object.kind === 'Secret' ? ['data', 'stringData'] : ['binaryData', 'data'];
  if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') return;
  for (const [key, value] of Object.entries((object[field] ?? {}) as Record<string, string>)) {
    if (!isBase64(value)) {
      throw new Error(`${titleOf(object)}: ${field}.${key} is no base64: give plain text in ${plain}`);
    }
  }
}

function isBase64(text: string): boolean {
  const letters = text.replace(/[\r\n]/g, '');
  return letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters);
}
