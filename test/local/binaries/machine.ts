import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

const NODE = process.execPath;

/** A folder for each test, to make machines in. */
export let folder: string;
beforeEach(async () => { folder = await fs.mkdtemp(path.join(os.tmpdir(), 'binaries-test-')); });
afterEach(async () => { await fs.rm(folder, { recursive: true, force: true }); });

/**
 * A machine that has only these programs, each given as the body of a Node script with `args`, `fs` and `path` at
 * hand.
 */
export async function machine(programs: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
  const bin = path.join(folder, 'bin');
  await fs.mkdir(bin, { recursive: true });
  for (const [name, body] of Object.entries(programs)) await program(path.join(bin, name), body);
  return { PATH: bin, HOME: folder, FOLDER: folder };
}

export async function program(file: string, body: string): Promise<string> {
  const modules = "const fs = require('fs'); const path = require('path');";
  const text = `#!${NODE}\nconst [, , ...args] = process.argv; ${modules}\n${body}\n`;
  await fs.writeFile(file, text, { mode: 0o755 });
  return file;
}

/**
 * apt and dpkg that make one package, whose ld-linux is a script that acts as what it is to run. They note in
 * `installs` each download.
 */
export function debian(name: string, acting: string): Record<string, string> {
  return {
    'apt-get': `
      if (args.includes('--version')) process.exit(0);
      if (args.includes('update')) {
        if (args.includes('--print-uris')) {
          console.log("'http://mirror.invalid/debian/dists/stable/InRelease' mirror_InRelease 0");
        }
      } else if (args.includes('--print-uris')) {
        console.log("'http://mirror.invalid/debian/pool/x/it.deb' it_1.30.6_all.deb 1500000 SHA256:00");
      } else {
        fs.appendFileSync(process.env.FOLDER + '/installs', 'x');
        console.log('Get:1 http://mirror.invalid/debian sid/main all ${name} all 1.30.6 [1 MB]');
        const file = path.join(path.dirname(process.env.APT_CONFIG), 'archives/it.deb');
        setTimeout(() => fs.writeFileSync(file, ''), 500);
      }`,
    'apt-config': 'console.log(\'Acquire "";\\nAcquire::http::Proxy "http://proxy.invalid";\');',
    'dpkg': `
      if (args[0] !== '-x') process.exit(0);
      const lib = path.join(args[2], 'usr/lib/x86_64-linux-gnu');
      fs.mkdirSync(lib, { recursive: true });
      const script = '#!${NODE}\\nconst args = process.argv;\\n' + ${JSON.stringify(acting)};
      fs.writeFileSync(lib + '/ld-linux-x86-64.so.2', script, { mode: 0o755 });`,
  };
}
