import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { debian as debianOf, folder, machine, program } from './machine';
import { findNginx, Nginx } from '../../../src/local/binaries/nginx';
import { makeOnce } from '../../../src/local/binaries/once';
import { older } from '../../../src/local/binaries/version';

const execute = promisify(execFile);

const nginxOf = (version: string, options = '') => `
  if (args.includes('-V')) console.error('nginx version: nginx/${version}\\nconfigure arguments: ${options}');
  else if (args.includes('-v')) console.error('nginx version: nginx/${version}');
`;

const debian = debianOf('nginx', nginxOf('1.30.6'));

describe('what there is', () => {
  test('the nginx of this machine reads a configuration with njs, QuickJS and names that are followed', async () => {
    const { command, modules, version } = await findNginx({ onProgress: (line) => process.stderr.write(`${line}\n`) });

    expect(older(version, '1.29.3')).toBe(false);
    expect(await fs.readdir(modules)).toContain('ngx_http_js_module.so');
    const { stderr } = await execute(command[0], [...command.slice(1), '-V']);
    expect(stderr).toContain(`nginx/${version}`);
  }, 300_000);

  test('a second call in the same process starts no program', async () => {
    const env = await machine({ ...debian });
    const first = await findNginx({ env });
    await fs.rm(path.join(folder, '.cache'), { recursive: true });

    expect(await findNginx({ env })).toBe(first);
  });

  test('a download is kept for later processes and needs apt no more', async () => {
    const first = await findNginx({ env: await machine(debian) });
    await fs.rm(path.join(folder, 'bin'), { recursive: true });
    const second = await findNginx({ env: { PATH: '/nonexistent', HOME: folder } });

    expect(second).toEqual(first);
    expect(second.command[0]).toBe(
      path.join(
        folder, `.cache/cdk8s-metaparticle/nginx-debian-sid-${process.arch}/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2`,
      ),
    );
  });

  test('a download of a user without a home goes to a folder of their own in the temporary one, and is kept there', async () => {
    const env = { ...await machine(debian), HOME: '/dev/null', TMPDIR: folder };
    const { command } = await findNginx({ env });
    const own = path.join(folder, `cdk8s-metaparticle-${process.getuid!()}`);
    expect(command[0]).toContain(`${own}/nginx-debian-sid`);
    expect((await fs.stat(own)).mode.toString(8)).toBe('40700');

    expect((await findNginx({ env: { ...env, PATH: '/nonexistent' } })).command).toEqual(command);
  });

  test('a download tells how far it is', async () => {
    const lines: string[] = [];
    await findNginx({ env: await machine(debian), onProgress: (line) => lines.push(line) });

    expect(lines).toEqual([
      'downloading nginx from http://mirror.invalid/debian, this first time only: the list of packages',
      'downloading 1 packages, 1.5 MB',
      'downloading 1/1 nginx',
      'unpacking',
    ]);
  });

  test('docker runs nginx on the network of this machine when nothing else does', async () => {
    const env = await machine({ docker: `if (args[0] === 'run') { ${nginxOf('1.30.1')} }` });
    const { command, version } = await findNginx({ env });

    expect(version).toBe('1.30.1');
    expect(command).toEqual(
      expect.arrayContaining(['run', '--network=host', `--volume=${os.tmpdir()}:${os.tmpdir()}`, 'nginx:1.30-alpine']),
    );
  });
});

describe('what does not do', () => {
  test.each([
    [
      'is not there',
      undefined,
      '/missing',
      /^\$NGINX is "\/missing", which cannot run routers: it `\/missing` cannot be started \(there is no such program\)/,
    ],
    [
      'is not on PATH',
      undefined,
      'nginx-9',
      /^\$NGINX is "nginx-9", which is not on PATH: give the path of an nginx program$/,
    ],
    [
      'is no nginx',
      'console.log("hello")',
      '',
      /which cannot run routers: it does not say which version of nginx it is when asked with -V, but "hello"$/,
    ],
    [
      'is too old',
      nginxOf('1.22.1'),
      '',
      /which cannot run routers: it is version 1\.22\.1; routers need 1\.29\.3 or newer$/,
    ],
    [
      'has no njs',
      nginxOf('1.31.0', '--modules-path=/nonexistent'),
      '',
      /it \(version 1\.31\.0\) comes without njs: ngx_http_js_module\.so is not in its modules folder/,
    ],
    ['has no QuickJS', `${nginxOf('1.31.0', '--modules-path=$MODULES')} else { console.error('nginx: [emerg] invalid value "qjs" in x:9'); process.exit(1); }`, '',
      /it does not run njs with the QuickJS engine: nginx: \[emerg\] invalid value "qjs"/],
  ])('an $NGINX that %s is refused, and no other is taken in its place', async (_, body, name, message) => {
    await fs.writeFile(path.join(folder, 'ngx_http_js_module.so'), '');
    const file = body ? await program(path.join(folder, 'fake'), body.replaceAll('$MODULES', folder)) : name;
    const env = await machine(debian);

    await expect(findNginx({ env: { ...env, NGINX: file } })).rejects.toThrow(message);
  });

  test('an nginx on PATH that is too old is passed over', async () => {
    const { version } = await findNginx({ env: await machine({ ...debian, nginx: nginxOf('1.22.1') }) });

    expect(version).toBe('1.30.6');
  });

  test('the error names all four ways and why each failed', async () => {
    const env = await machine(
      { nginx: nginxOf('1.18.0'), docker: 'console.error("Cannot connect to the Docker daemon"); process.exit(1);' },
    );

    await expect(findNginx({ env })).rejects.toThrow([
      'no nginx of 1.29.3 or newer with njs and QuickJS is found: install one, or name it with $NGINX. Tried:',
      '  - $NGINX is not set',
      `  - on PATH: ${folder}/bin/nginx is version 1.18.0; routers need 1.29.3 or newer`,
      '  - packages of Debian: this machine is not Debian or a relative of it: `apt-get` cannot be started (there is no such program)',
      '  - docker: `docker info` fails: Cannot connect to the Docker daemon',
    ].join('\n'));
  });

  test('a search that failed is made again by the next call', async () => {
    await expect(findNginx({ env: await machine() })).rejects.toThrow('docker: it is not on PATH');

    await expect(findNginx({ env: await machine(debian) })).resolves.toHaveProperty('version', '1.30.6');
  });

  test('an archive that cannot be reached is named with what apt said, and leaves no half behind', async () => {
    const broken = {
      ...debian,
      'apt-get': `${debian['apt-get']}\nif (args.includes('-q')) { console.error('E: Failed to fetch it'); process.exit(100); }`,
    };

    const env = { ...await machine(broken), DEBIAN_MIRROR: 'http://other.invalid/debian' };
    await expect(findNginx({ env }))
      .rejects.toThrow(/packages of Debian: .*from http:\/\/mirror\.invalid\/debian: `apt-get update` failed: E: Failed to fetch it; from http:\/\/other\.invalid/);
    expect(await fs.readdir(path.join(folder, '.cache/cdk8s-metaparticle'))).toEqual([]);
  });

  test('a relative of Debian whose apt names no mirror of Debian is told to name one', async () => {
    const relative = {
      ...debian,
      'apt-get': debian['apt-get'].replaceAll('mirror.invalid/debian/dists', 'mirror.invalid/relative/dists'),
    };

    await expect(findNginx({ env: await machine(relative) }))
      .rejects.toThrow('packages of Debian: the sources of apt name no mirror of Debian: name one with $DEBIAN_MIRROR');
  });

  test.each([
    ['others can write to', (own: string) => fs.mkdir(own).then(() => fs.chmod(own, 0o777))],
    ['is a link to elsewhere', (own: string) => fs.symlink(folder, own)],
  ])('a temporary folder that %s is refused: somebody may have put a program there', async (_, plant) => {
    const own = path.join(folder, `cdk8s-metaparticle-${process.getuid!()}`);
    await plant(own);

    await expect(findNginx({ env: { ...await machine(debian), HOME: '/dev/null', TMPDIR: folder } }))
      .rejects.toThrow(`packages of Debian: ${own} is not a folder that only you can write to: remove it, or name another with XDG_CACHE_HOME`);
  });

  test('a damaged download is named and not used', async () => {
    const env = await machine(debian);
    const { command } = await findNginx({ env });
    await program(command[0], 'console.error("nginx: [emerg] damaged"); process.exit(1);');

    await expect(findNginx({ env: { ...env, PATH: '/nonexistent' } }))
      .rejects.toThrow(/nginx-debian-sid-\w+ does not run njs with the QuickJS engine: nginx: \[emerg\] damaged; delete that folder to download it again/);
  });
});

describe('several at once', () => {
  test('processes that ask at the same time share one download', async () => {
    const env = await machine(debian);
    const script = `import { findNginx } from ${JSON.stringify(path.resolve('src/local/binaries/nginx.ts'))};
      findNginx().then((nginx) => console.log(JSON.stringify(nginx)));`;
    await fs.writeFile(path.join(folder, 'ask.ts'), script);
    const ask = () => execute(
      process.execPath, [
        '--import',
        require.resolve('tsx'),
        path.join(folder, 'ask.ts'),
      ], { env, cwd: path.resolve('.') },
    );
    const answers = (await Promise.all([ask(), ask(), ask()])).map(({ stdout }) => JSON.parse(stdout) as Nginx);

    expect(new Set(answers.map(({ command }) => command[0])).size).toBe(1);
    expect(await fs.readFile(path.join(folder, 'installs'), 'utf8')).toBe('x');
    expect(await fs.readdir(path.join(folder, '.cache/cdk8s-metaparticle'))).toEqual(
      [`nginx-debian-sid-${process.arch}`],
    );
  });

  test('the half of a killed process counts for nothing and is removed', async () => {
    const target = path.join(folder, 'made');
    const { stdout } = await execute(process.execPath, ['-e', 'console.log(process.pid)']);
    const dead = stdout.trim();
    await fs.mkdir(`${target}.part-${dead}-00`);
    await fs.writeFile(`${target}.lock`, dead);
    await makeOnce(target, async (part) => { await fs.writeFile(path.join(part, 'whole'), ''); });

    expect(await fs.readdir(target)).toEqual(['whole']);
    expect(await fs.readdir(folder)).toEqual(['made']);
  });

  test('those who wait take over when the one who downloads fails', async () => {
    const target = path.join(folder, 'made');
    let waiting: Promise<void> | undefined;
    const failing = makeOnce(target, () => new Promise((_, reject) => {
      const onWait = () => reject(new Error('no network'));
      waiting = makeOnce(target, async (part) => { await fs.writeFile(path.join(part, 'whole'), ''); }, onWait);
    }));

    await expect(failing).rejects.toThrow('no network');
    await waiting;
    expect(await fs.readdir(target)).toEqual(['whole']);
  });
});
