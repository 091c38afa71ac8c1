import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

/** What paths become part of: arguments and nginx configs, which other characters tear apart. */
const HARMLESS = /^[\w./@+-]+$/;

/** The folder that data is to be kept in, made if need be. Throws where there can be none, saying why. */
export async function dataFolder(given: string): Promise<string> {
  if (typeof given !== 'string' || given === '') {
    throw new Error(`data is ${JSON.stringify(given)}: give the path of a folder`);
  }
  let folder: string;
  try {
    await mkdir(given, { recursive: true });
    folder = await realpath(resolve(given));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new Error(`data is ${given}, where nothing can be kept (${(error as Error).message}): give a folder that `
      + 'this process may write to');
  }
  if (!HARMLESS.test(folder)) {
    throw new Error(`data is ${folder}: give a folder whose path has only letters, digits and any of . _ - @ + /, `
      + 'since it becomes part of command lines');
  }
  return folder;
}
