import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as ts from 'typescript';
import { ROOT } from './page';

/** Stands in a sentence for what is known when it is said only. */
export const HOLE = '…';

/** A sentence that the source says to users. */
export interface Sentence {
  /** `shards is …: give …` */
  readonly text: string;
  /** The status of the answer that has it, where there is one and the source names it. */
  readonly status?: number;
  /** `src/patterns/shard.ts:106` */
  readonly at: string;
}

/** Which argument of a call is a sentence, and which one its status; or the status that all of them have. */
interface Speaker {
  readonly text: number;
  readonly status?: number;
  readonly always?: number;
}

/** What says sentences. */
export interface Speakers {
  /** Functions and classes, by their names. */
  readonly calls: { readonly [name: string]: Speaker };
  /** Functions that return sentences. */
  readonly returns?: readonly string[];
  /** Properties of objects that are sentences, or functions which return one. */
  readonly properties?: readonly string[];
  /** Whether `[503, '…']` and `['CERT_HAS_EXPIRED', '…']` are a row of a table of sentences. */
  readonly pairs?: boolean;
}

/** The sentences of all files below a folder, each pattern once. */
export function sentencesOf(folder: string, speakers: Speakers, without: readonly string[] = []): Sentence[] {
  const found = filesBelow(join(ROOT, folder))
    .filter((file) => !without.some((each) => file.startsWith(join(ROOT, each, sep))))
    .flatMap((file) => new Reader(file, speakers).read());
  return [...new Map(found.map((each) => [`${each.status} ${each.text}`, each])).values()];
}

/** How many words a pattern has besides its holes. */
export function wordsOf(pattern: string): number {
  return pattern.match(/[A-Za-z]{2,}/g)?.length ?? 0;
}

/** Whether a pattern stands for a sentence, which may be one itself. */
export function says(row: string, sentence: string): boolean {
  const source = row.split(HOLE).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}$`, 's').test(sentence);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

class Reader {
  private readonly source: ts.SourceFile;
  private readonly found: Sentence[] = [];

  constructor(private readonly file: string, private readonly speakers: Speakers) {
    this.source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  }

  public read(): Sentence[] {
    this.visit(this.source);
    return this.found;
  }

  private visit(node: ts.Node): void {
    const { calls, returns = [], properties = [], pairs } = this.speakers;
    if (isFunction(node) && returns.includes(node.name?.getText() ?? '')) {
      for (const each of returnsOf(node)) this.add(each, each);
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const speaker = own(calls, /(log\.)?\w+$/.exec(node.expression.getText())?.[0] ?? '');
      // A helper of a file's own may know the construct, and take the sentence alone.
      if (speaker) this.add((node.arguments ?? [])[Math.min(speaker.text, node.arguments!.length - 1)], node, speaker);
    } else if (ts.isPropertyAssignment(node) && properties.includes(node.name.getText())) {
      this.add(node.initializer, node.parent);
    } else if (ts.isShorthandPropertyAssignment(node) && properties.includes(node.name.text)) {
      this.add(node.name, node.parent);
    } else if (pairs && ts.isArrayLiteralExpression(node) && node.elements.length === 2) {
      const [code, text] = node.elements;
      if (/^(\d{3}|'[A-Z][A-Z_0-9]+')$/.test(code.getText())) this.add(text, node, { text: 1, status: 0 });
    }
    ts.forEachChild(node, (child) => this.visit(child));
  }

  private add(text: ts.Expression | undefined, from: ts.Node, speaker?: Speaker): void {
    if (!text) return;
    const at = this.source.getLineAndCharacterOfPosition(from.getStart()).line + 1;
    const status = this.statusOf(from, speaker);
    for (const each of this.textsOf(bodyOf(text))) {
      // What frames the sentences of others has no words of its own.
      if (wordsOf(each) < 2) continue;
      this.found.push({ text: each, at: `${relative(ROOT, this.file)}:${at}`, ...status ? { status } : {} });
    }
  }

  private statusOf(from: ts.Node, speaker?: Speaker): number | undefined {
    if (speaker?.always) return speaker.always;
    const node = ts.isObjectLiteralExpression(from)
      ? from.properties.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === 'status')?.initializer
      : speaker?.status !== undefined && childrenOf(from)[speaker.status];
    return node ? Number(node.getText()) || undefined : undefined;
  }

  /** What an expression may say: several, where it chooses. */
  private textsOf(node: ts.Node): string[] {
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isTemplateExpression(node)) {
      return [node.head.text + node.templateSpans.map(({ literal }) => HOLE + literal.text).join('')];
    }
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return this.textsOf(node.expression);
    if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap((each) => this.textsOf(each));
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      return this.textsOf(node.left).flatMap((left) => this.textsOf(node.right).map((right) => left + right));
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
      return [node.left, node.right].flatMap((each) => this.textsOf(each));
    }
    if (ts.isArrayLiteralExpression(node)) {
      return node.elements.flatMap((each) => this.textsOf(ts.isSpreadElement(each) ? each.expression : each));
    }
    // What is made of each of a list: the list says it.
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)
      && node.expression.name.text === 'map') return this.textsOf(node.expression.expression);
    const value = ts.isIdentifier(node) && this.constant(node);
    return value ? this.textsOf(value) : [HOLE];
  }

  /** What a name of this file stands for: the nearest declaration before it. */
  private constant(name: ts.Identifier): ts.Expression | undefined {
    let value: ts.Expression | undefined;
    const visit = (node: ts.Node): void => {
      if (node.pos > name.pos) return;
      if (ts.isVariableDeclaration(node) && node.name.getText() === name.text) value = node.initializer;
      ts.forEachChild(node, visit);
    };
    visit(this.source);
    return value;
  }
}

type Named = ts.FunctionDeclaration | ts.MethodDeclaration | ts.GetAccessorDeclaration;

function isFunction(node: ts.Node): node is Named {
  return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isGetAccessorDeclaration(node);
}

function returnsOf(node: ts.Node): ts.Expression[] {
  const found = ts.isReturnStatement(node) && node.expression ? [node.expression] : [];
  ts.forEachChild(node, (child) => { found.push(...returnsOf(child)); });
  return found;
}

function childrenOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  return (ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments ? node.arguments : [];
}

/** What a function without statements answers; anything else is that itself. */
function bodyOf(node: ts.Expression): ts.Expression {
  return ts.isArrowFunction(node) && !ts.isBlock(node.body) ? node.body : node;
}

function own<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
