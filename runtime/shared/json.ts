/*
 * Parts of a JSON text as they were sent. JSON.parse makes a double of every number, and 9007199254740993 becomes
 * another one; here a value is a part of the text. Every text here is one that JSON.parse has accepted: nothing is
 * checked again. Nothing recurses, so depth costs no stack.
 */

/** Where a value stands in its text, without the white space around it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value of a whole text. */
export function wholeOf(text: string): Span {
  return spanFrom(text, 0);
}

/**
 * The members of an object, in the order of the text; a name may come several times, and for JSON.parse
 * the last one counts.
 */
export function membersOf(text: string, object: Span): [name: string, value: Span][] {
  const members: [string, Span][] = [];
  let at = afterSpace(text, object.start + 1);
  while (text[at] !== '}') {
    const end = endOfString(text, at);
    const name = text.slice(at + 1, end - 1);
    const value = spanFrom(text, afterSpace(text, end) + 1);
    members.push([name.includes('\\') ? JSON.parse(text.slice(at, end)) : name, value]);
    at = afterSeparator(text, value);
  }
  return members;
}

/** The elements of an array. */
export function elementsOf(text: string, array: Span): Span[] {
  const elements: Span[] = [];
  let at = afterSpace(text, array.start + 1);
  while (text[at] !== ']') {
    const value = spanFrom(text, at);
    elements.push(value);
    at = afterSeparator(text, value);
  }
  return elements;
}

function spanFrom(text: string, at: number): Span {
  const start = afterSpace(text, at);
  return { start, end: endOf(text, start) };
}

/** Where the next member or element starts, or the closing bracket stands. */
function afterSeparator(text: string, { end }: Span): number {
  const at = afterSpace(text, end);
  return text[at] === ',' ? afterSpace(text, at + 1) : at;
}

// Searches instead of loops over characters: engines do them in C, and njs has no compiler.
const NO_SPACE = /[^ \t\n\r]|$/g;
const STRUCTURE = /["[\]{}]/g;
const AFTER_WORD = /[ \t\n\r,\]}]|$/g;

function next(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)!.index;
}

function afterSpace(text: string, at: number): number {
  return next(NO_SPACE, text, at);
}

/** Where the value that starts here ends. */
function endOf(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start);
  if (text[start] !== '[' && text[start] !== '{') return next(AFTER_WORD, text, start);
  let depth = 0;
  let at = start;
  do {
    at = next(STRUCTURE, text, at);
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      continue;
    }
    depth += char === '[' || char === '{' ? 1 : -1;
    at++;
  } while (depth > 0);
  return at;
}

/** A quote ends its string unless an odd number of backslashes stands before it. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text[before] === '\\') before--;
    if ((at - before) % 2 === 1) return at + 1;
  }
}
