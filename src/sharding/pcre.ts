import { AST, RegExpParser } from '@eslint-community/regexpp';

/*
 * A regular expression of JavaScript in the words of PCRE, which nginx runs. Both agree on most of the language; what
 * they spell in another way is spelled anew, and what means something else, or what nginx cannot run, is refused.
 * Groups lose their names, because nginx makes variables of named ones, and only those that are needed stay groups.
 */

/**
 * Characters of the result, with repeated parts as often as they are repeated: PCRE takes 64 KiB of its own code, and
 * nginx words of 4 KiB.
 */
const LARGEST = 3000;
/** PCRE takes 250 parentheses inside each other. */
const DEEPEST = 100;
/** PCRE's largest number in a quantifier. */
const MOST = 65_535;

/**
 * The pattern of PCRE that matches what a pattern of JavaScript does, and whose first group is the same. It matches
 * UTF-8 text by characters.
 * @throws where there is none, or no group: the message goes on after "fromPath has '…', "
 */
export function pcreOf(regex: string): string {
  const pattern = parsed(regex);
  const printer = new Printer(capturesOf(pattern));
  return `(*UTF)${printer.alternatives(pattern)}`;
}

function parsed(regex: string): AST.Pattern {
  const parser = new RegExpParser({ ecmaVersion: 2024 });
  try {
    // As with the flag u: a character is a whole one.
    return parser.parsePattern(regex, 0, regex.length, { unicode: true });
  } catch (error) {
    try {
      // Without it JavaScript is more lenient, as to `\-`, which means the same.
      return parser.parsePattern(regex, 0, regex.length, { unicode: false });
    } catch {
      throw new Error(`which is no regular expression: ${(error as Error).message}`);
    }
  }
}

/** The groups that the result captures: the first, which is the key, and those that are referred to. */
function capturesOf(pattern: AST.Pattern): readonly AST.CapturingGroup[] {
  const groups: AST.CapturingGroup[] = [];
  walk(pattern, (node) => {
    if (node.type === 'CapturingGroup') groups.push(node);
  });
  if (groups.length === 0) {
    throw new Error("which has no group: put parentheses around the key, as in '^/users/([^/]+)'");
  }
  const captures = groups.filter((group, index) => index === 0 || group.references.length > 0);
  captures.forEach(checkRepetition);
  return captures;
}

/** JavaScript empties a group at the start of each repetition, and PCRE does not. */
function checkRepetition(group: AST.CapturingGroup): void {
  let mayBeLeftOut = false;
  for (let node: AST.Node | null = group; node; node = node.parent) {
    if (node.type === 'Quantifier') {
      if (node.max > 1 && mayBeLeftOut) {
        throw new Error(
          `whose group ${group.raw} stands in a repeated part that may leave it out: put it outside of ${node.raw}`,
        );
      }
      mayBeLeftOut ||= node.min === 0;
    } else if (node !== group && 'alternatives' in node && node.alternatives.length > 1) {
      mayBeLeftOut = true;
    }
  }
}

/** What only the flag v has is never parsed. */
type Element = Exclude<AST.Element, AST.ExpressionCharacterClass>;

class Printer {
  private depth = 0;

  constructor(private readonly captures: readonly AST.CapturingGroup[]) {}

  public alternatives({ alternatives }: { readonly alternatives: readonly AST.Alternative[] }): string {
    if (++this.depth > DEEPEST) throw new Error(`which has more than ${DEEPEST} parentheses inside each other`);
    const printed = alternatives
      .map(({ elements }) => (elements as Element[]).map((element) => this.element(element)).join(''))
      .join('|');
    this.depth--;
    return limited(printed);
  }

  private element(element: Element): string {
    switch (element.type) {
      case 'Character':
        return character(element);
      case 'CharacterSet':
        return element.kind === 'any' ? '[^\\n\\r\\x{2028}\\x{2029}]' : `[${set(element)}]`;
      case 'CharacterClass':
        return characterClass(element);
      case 'Group':
        return `(?:${this.alternatives(element)})`;
      case 'CapturingGroup':
        return `(${this.captures.includes(element) ? '' : '?:'}${this.alternatives(element)})`;
      case 'Quantifier':
        return this.quantifier(element);
      case 'Backreference':
        return this.backreference(element);
      case 'Assertion':
        return this.assertion(element);
    }
  }

  private quantifier({ element, min, max, greedy, raw }: AST.Quantifier): string {
    // JavaScript takes back what a repetition matches when that is nothing, and tries to match more; PCRE does not.
    if (max > min && shortest(element) === 0) {
      throw new Error(`whose ${raw} may repeat nothing: let ${element.raw} match at least one character`);
    }
    const printed = this.element(element as Element);
    if (Math.max(min, max === Infinity ? 0 : max) > MOST) {
      throw new Error(`whose ${raw} repeats more than ${MOST} times`);
    }
    limited(printed.repeat(Math.min(LARGEST, isOneCharacter(element) ? 1 : max === Infinity ? min + 1 : max)));
    const whole = element.type === 'Backreference' || element.type === 'Assertion' ? `(?:${printed})` : printed;
    const count = SHORT[`${min},${max}`] ?? `{${min},${max === Infinity ? '' : max}}`;
    return `${whole}${count}${greedy ? '' : '?'}`;
  }

  /** A group that was left out matches nothing, in JavaScript; in PCRE a reference to it fails. */
  private backreference({ resolved, start, raw }: AST.Backreference): string {
    const [group] = [resolved].flat();
    if (group.end > start) throw new Error(`whose ${raw} refers to a group that does not stand before it`);
    const number = this.captures.indexOf(group) + 1;
    return `(?(${number})\\${number}|)`;
  }

  private assertion(assertion: AST.Assertion): string {
    switch (assertion.kind) {
      case 'start':
        return '^';
      case 'end':
        // In PCRE, $ matches before a line feed at the end too.
        return '\\z';
      case 'word':
        return assertion.negate ? '\\B' : '\\b';
      case 'lookahead':
        return `(?${assertion.negate ? '!' : '='}${this.alternatives(assertion)})`;
      case 'lookbehind':
        if (assertion.alternatives.some((alternative) => length(alternative) === undefined)) {
          throw new Error(`whose ${assertion.raw} looks back at a text of no fixed length, which nginx cannot: write `
            + 'it without a quantifier');
        }
        return `(?<${assertion.negate ? '!' : '='}${this.alternatives(assertion)})`;
    }
  }
}

function limited(printed: string): string {
  if (printed.length > LARGEST) throw new Error('which is larger than nginx takes: make it shorter, or repeat less');
  return printed;
}

const SHORT: { readonly [range: string]: string } = { '0,Infinity': '*', '1,Infinity': '+', '0,1': '?' };

/** A character that means itself in both languages and in nginx's, or its number. */
function character({ value, raw }: AST.Character): string {
  if (value >= 0xd800 && value <= 0xdfff) throw new Error(`whose ${raw} is half of a character`);
  const text = String.fromCodePoint(value);
  return /^[A-Za-z0-9/_]$/.test(text) ? text : `\\x{${value.toString(16)}}`;
}

function characterClass({ negate, elements }: AST.CharacterClass): string {
  // JavaScript has these, for any character and for none.
  if (elements.length === 0) return negate ? '[\\s\\S]' : '(?!)';
  return `[${negate ? '^' : ''}${(elements as AST.ClassRangesCharacterClassElement[]).map(classElement).join('')}]`;
}

function classElement(element: AST.ClassRangesCharacterClassElement): string {
  switch (element.type) {
    case 'Character': return character(element);
    case 'CharacterClassRange': return `${character(element.min)}-${character(element.max)}`;
    case 'CharacterSet': return set(element);
  }
}

/** Inside of a class. Without PCRE's flag UCP, digits and words are those of ASCII, as in JavaScript. */
function set(element: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): string {
  switch (element.kind) {
    case 'digit': return element.negate ? '\\D' : '\\d';
    case 'word': return element.negate ? '\\W' : '\\w';
    case 'space': return element.negate ? NO_SPACE : SPACE;
    case 'property':
      if (element.key === 'General_Category' && /^[A-Z][a-z]?$/.test(element.value ?? '')) {
        return `\\${element.negate ? 'P' : 'p'}{${element.value}}`;
      }
      throw new Error(`whose ${element.raw} nginx does not know: it knows categories by their short names, `
        + 'such as \\p{L} and \\p{Nd}');
  }
}

const SPACE = '\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}'
  + '\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACE = '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}'
  + '\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

function isOneCharacter({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterSet' || type === 'CharacterClass';
}

/** How many characters a part matches; undefined where the number varies. */
function length(node: AST.Alternative | AST.Element): number | undefined {
  switch (node.type) {
    case 'Alternative': return sum(node.elements.map(length));
    case 'Group':
    case 'CapturingGroup': {
      const [first, ...others] = node.alternatives.map(length);
      return others.every((other) => other === first) ? first : undefined;
    }
    case 'Quantifier': {
      const one = length(node.element);
      return one === undefined || node.min !== node.max ? undefined : one * node.min;
    }
    case 'Backreference': return undefined;
    case 'Assertion': return 0;
    default: return 1;
  }
}

function sum(lengths: readonly (number | undefined)[]): number | undefined {
  return lengths.reduce((total, each) => total === undefined || each === undefined ? undefined : total + each, 0);
}

/** How few characters a part may match. */
function shortest(node: AST.Alternative | AST.Element): number {
  switch (node.type) {
    case 'Alternative': return node.elements.reduce((total, element) => total + shortest(element), 0);
    case 'Group':
    case 'CapturingGroup': return Math.min(...node.alternatives.map(shortest));
    case 'Quantifier': return node.min * shortest(node.element);
    case 'Backreference':
    case 'Assertion': return 0;
    default: return 1;
  }
}

function walk(node: AST.Node, visit: (node: AST.Node) => void): void {
  visit(node);
  if ('alternatives' in node) for (const alternative of node.alternatives) walk(alternative, visit);
  if (node.type === 'Alternative') for (const element of node.elements) walk(element, visit);
  if (node.type === 'Quantifier') walk(node.element, visit);
}
