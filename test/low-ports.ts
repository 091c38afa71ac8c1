import { firstFreePort } from '../src/local/manifests/port-refusals';

/** Tests that listen on ports from 80 on, which not every user may. */
export const lowPorts = {
  test: firstFreePort() <= 80 ? test : (name: string, _run: unknown, _timeout?: number) => test.skip(
    `${name} [this user may not listen on port 80]`, () => {},
  ),
};
