import { readManifests } from './manifests';
import { FORMATS } from '../graph/formats';
import { tooBigForMermaid } from '../graph/mermaid';
import { graphOf } from '../graph/read';

/**
 * Prints a picture of manifests. What it should be known with goes to the standard error, which a redirected picture
 * leaves alone.
 */
export async function graph(manifests: readonly string[], format: string): Promise<void> {
  const picture = graphOf(await readManifests(manifests));
  if (picture.nodes.length === 0) {
    throw new Error(`${manifests.join(', ')} holds nothing to draw: no pods, Ingress or route; give what `
      + '`cdk8s synth` wrote');
  }
  const text = FORMATS[format](picture);
  // A reader that went away (`… | head`) has seen enough.
  process.stdout.on('error', () => {});
  process.stdout.write(text);
  const tooBig = format === 'mermaid' ? tooBigForMermaid(picture, text) : undefined;
  if (tooBig) process.stderr.write(`warning: ${tooBig}: use --format svg, or give fewer of the manifests\n`);
}
