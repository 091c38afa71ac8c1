import { containersOf, Objects, titleOf } from './objects';

/** What the image's entrypoint sets where it is asked to. */
const SET_BY_ENTRYPOINT = { NGINX_ENTRYPOINT_LOCAL_RESOLVERS: 'NGINX_LOCAL_RESOLVERS' };

/** What nginx's templates are to be filled in with, and is not there or is left as it stands. */
export function templateProblems(deployment: any, objects: Objects): string[] {
  return containersOf(deployment).flatMap((container) => {
    const values = new Map<string, string>((container.env ?? []).map(({ name, value }: any) => [name, value]));
    for (const [asked, name] of Object.entries(SET_BY_ENTRYPOINT)) if (values.get(asked)) values.set(name, '');
    const filter = new RegExp(values.get('NGINX_ENVSUBST_FILTER') ?? '');
    return objects.filesIn(container, deployment).filter(([file]) => file.endsWith('.template'))
      .flatMap(([file, text]) => {
        const names = new Set([...text.matchAll(/\$\{([A-Z]\w*)\}/g)].map(([, name]) => name));
        return [...names].flatMap((name) => {
          const refers = `${titleOf(deployment)}: ${file} refers to variable ${name}, which`;
          if (!values.has(name)) return [`${refers} its container has not`];
          return filter.test(name) ? [] : [`${refers} its filter leaves as it stands`];
        });
      });
  });
}
