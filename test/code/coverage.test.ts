import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './help';

const ROOT = join(__dirname, '../..');
const code = JSON.stringify(join(ROOT, 'src/code/code'));

/** A user's project with an architecture in src/ and tests of it: real Jest runs on it, as `jest --coverage` would. */
const project = folder({
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'commonjs', esModuleInterop: true, strict: true },
  }),
  'src/plain.ts': `import { Code } from ${code};\n`
    + 'export const make = () => Code.fromFunction((request: any) => request.path);\n',
  'src/hinted.ts': `import { Code } from ${code};\n`
    + 'export const make = () => Code.fromFunction(/* istanbul ignore next */ (request: any) => request.path);\n',
  'test/make.test.ts': `
import { App, Chart } from 'cdk8s';
import { make as hinted } from '../src/hinted';
import { make as plain } from '../src/plain';
const text = (make: () => any) => {
  try { return make()._module(new Chart(new App(), 'shop'), 'node'); } catch (error: any) { return error.message; }
};
test('make', () => process.stderr.write('PLAIN ' + text(plain) + '\\nHINTED ' + text(hinted) + '\\n'));
`,
});
symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));

function jestRun(coverageProvider: 'babel' | 'v8') {
  const config = {
    rootDir: project,
    roots: ['<rootDir>/src', '<rootDir>/test'],
    transform: {
      '^.+\\.ts$': ['ts-jest', { diagnostics: false, isolatedModules: true, tsconfig: '<rootDir>/tsconfig.json' }],
    },
    collectCoverageFrom: ['<rootDir>/src/**/*.ts'],
    coverageDirectory: '<rootDir>/coverage',
    coverageReporters: ['json'],
    coverageProvider,
  };
  const { stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', JSON.stringify(config), '--coverage', '--runInBand'],
    { encoding: 'utf8', cwd: project, env: { ...process.env, JEST_WORKER_ID: undefined } },
  );
  const line = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(stderr)?.[1] ?? stderr;
  return { plain: line('PLAIN'), hinted: line('HINTED') };
}

test('jest --coverage, which instruments sources, is refused with what to set, '
  + 'and a hint before the function helps', () => {
  const { plain, hinted } = jestRun('babel');

  expect(plain)
    .toMatch(
      /^function 'request => \{': cov_\w+ \(line 2: `cov_\w+\(\)\.f\[1\]\+\+;`\) is not defined in the pod \(put into the source by a coverage run\): /,
    );
  expect(plain)
    .toContain(
      "set coverageProvider: 'v8' in Jest's configuration, or write /* istanbul ignore next */ before the function, "
        + 'or use Code.fromFile',
    );
  expect(hinted).toBe('export default (request) => request.path;');
});

test("jest --coverage with coverageProvider: 'v8' leaves sources as they are", () => {
  expect(jestRun('v8').plain).toBe('export default (request) => request.path;');
});
