import { inCache } from './cache-folder';
import { makeOnce } from './once';

/** A program that is downloaded once for all processes of a user, and kept. */
export interface Download<T> {
  /** The name of its folder, below that of the cache. */
  readonly folder: string;
  /** What it is called in what is told. */
  readonly title: string;
  /** Downloads it to an empty folder. */
  fill(folder: string): Promise<void>;
  /** What is in a filled folder. Throws what is wrong with it, to be read behind its name. */
  open(folder: string): Promise<T>;
}

/** The program from the cache folder, where it is put if it is not there. */
export async function downloaded<T>(
  download: Download<T>, env: NodeJS.ProcessEnv, onProgress: (line: string) => void,
): Promise<T> {
  const folder = await inCache(download.folder, env);
  const onWait = () => onProgress(`waiting for another process that downloads ${download.title}`);
  await makeOnce(folder, (part) => download.fill(part), onWait);
  try {
    return await download.open(folder);
  } catch (error) {
    throw new Error(`the ${download.title} in ${folder} ${(error as Error).message}; delete that folder to download `
      + 'it again');
  }
}
