/** How long a reader may take for what was written last, in milliseconds. */
const PATIENCE = 1000;

/** Ends the process once what it has written is read: `process.exit` would drop what waits in a full pipe. */
export async function exit(code: number): Promise<never> {
  const written = [process.stdout, process.stderr].map((out) => new Promise<unknown>((resolve) => {
    if (out.destroyed) resolve(undefined);
    else out.write('', resolve);
  }));
  await Promise.race([Promise.all(written), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  process.exit(code);
}
