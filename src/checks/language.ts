import { isNameOfApi } from './arguments/api';

/** The path of a construct, what is quoted (an apostrophe after a letter opens no quote), and names with humps. */
const PARTS = /^\[[^\]]*\/[^\]]*\]|(?<!\w)'[^']*'|"[^"]*"|`[^`]*`|\b[a-z]+[A-Z]\w*/g;

/**
 * A sentence with the names of functions and properties as they are written in the language that jsii runs us for:
 * `readiness_path` in Python. In Java they are as here, in Go and C# they begin with a capital besides.
 */
export function inLanguage(sentence: string): string {
  // https://github.com/aws/jsii: each of its runtimes says so to the Node process that it starts.
  if (!process.env.JSII_AGENT?.startsWith('Python/')) return sentence;
  return sentence.replace(PARTS, (part) => (
    isNameOfApi(part) ? part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : part
  ));
}
