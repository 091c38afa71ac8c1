import {
  Document, DocumentOptions, parseAllDocuments, ParseOptions, ScalarTag, SchemaOptions, Tags, YAMLParseError,
} from 'yaml';

const INTEGER: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?(?:0[bB][01_]+|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|[0-9][0-9_]*)$/,
  resolve: (text) => {
    const digits = text.replace(/^[-+]|_/g, '').toLowerCase();
    const isOctal = /^0[0-7]+$/.test(digits); // others that begin with 0, such as 08, are decimal
    return (text.startsWith('-') ? -1 : 1) * Number(isOctal ? `0o${digits}` : digits);
  },
};

const FLOAT: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/,
  resolve: (text) => Number(text.replace(/_/g, '')),
};

/** What Go's reader refuses, and line breaks of YAML 1.1 that are none in YAML 1.2. */
const UNREADABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]/;

/**
 * The documents of a YAML text as kubectl reads them, that is as Go's yaml.v2 does: in YAML 1.1 (`0644` is 420, `yes`
 * is true), but for times and dates, which stay text. Mistakes are in the `errors` of a document.
 */
export function yamlDocuments(text: string, options: ParseOptions & DocumentOptions & SchemaOptions = {}): Document[] {
  const documents = parseAllDocuments(text, { ...options, version: '1.1', customTags: asGoReads }) as Document[];
  const at = text.search(UNREADABLE);
  if (at >= 0) {
    const character = `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}`;
    const holder = documents.find(({ range }) => range![2] > at) ?? documents.at(-1);
    const mistake = `it holds the character ${character}, which YAML 1.1 cannot hold as it is: escape it in a text in `
      + 'double quotes';
    holder?.errors.push(new YAMLParseError([at, at + 1], 'UNEXPECTED_TOKEN', mistake));
  }
  return documents;
}

function asGoReads(tags: Tags): Tags {
  const others = tags.filter((tag) => typeof tag !== 'object' || !('test' in tag)
    || !/:(?:int|float|timestamp)$/.test(tag.tag) || isInfinite(tag));
  return [...others, INTEGER, FLOAT];
}

/** `.inf` and `.nan` */
function isInfinite(tag: { readonly test?: RegExp }): boolean {
  return tag.test?.test('.inf') ?? false;
}
