/**
 * Does something and keeps this process alive until it is done. A cluster's sockets, timers and children do not: else
 * a program that forgets to stop its cluster would never end. But what is awaited must come about, in a plain script
 * too.
 */
export async function awake<T>(work: () => Promise<T>): Promise<T> {
  const handle = setInterval(() => {}, 2 ** 30);
  try {
    return await work();
  } finally {
    clearInterval(handle);
  }
}
