import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';

/**
 * Checks an image reference: `[host[:port]/]path[:tag][@digest]`
 * (https://github.com/distribution/reference/blob/main/reference.go).
 */
export function checkImage(scope: IConstruct, property: string, image: string): void {
  const pattern = /^([a-zA-Z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@[a-z0-9]+:[a-f0-9]{32,})?$/;
  if (!pattern.test(image)) {
    refuse(scope, `${property} is '${image}', which is no image reference: `
      + "write it as in 'ghcr.io/acme/users:1.4.2', in lower case and without spaces");
  }
}
