import { quoted } from '../../src/nginx/text';
import { pcreOf } from '../../src/sharding/pcre';
import { refusal } from '../code/help';
import { Nginx } from '../nginx/nginx';
import { bytesOf, send } from '../nginx/shard-router';
import { random } from '../random';

test.each([
  ['^/users/([^/]+)', '^/users/([^/]+)'],
  ['^/(?<host>[a-z-]+)$', '^/([a-z\\x{2d}]+)\\z'],
  ['(a)(b)(?:c)(d)\\2', '(a)(b)(?:c)(?:d)(?(2)\\2|)'],
  ['([^])|[]', '([\\s\\S])|(?!)'],
  ['(\\u0041\\u{1f600}\\x42\\cA\\t\\0)', '(A\\x{1f600}B\\x{1}\\x{9}\\x{0})'],
  ['(.)\\b\\B', '([^\\n\\r\\x{2028}\\x{2029}])\\b\\B'],
  ['(\\w\\W\\d\\D)', '([\\w][\\W][\\d][\\D])'],
  ['([\\w.-]{2,3}?)', '([\\w\\x{2e}\\x{2d}]{2,3}?)'],
  ['(a)(?=b)(?!c)(?<=d|ef)(?<!g)', '(a)(?=b)(?!c)(?<=d|ef)(?<!g)'],
  ['(\\-\\@\\_)', '(\\x{2d}\\x{40}_)'],
  ['(a{)', '(a\\x{7b})'],
  ['([\\p{L}\\P{Nd}])', '([\\p{L}\\P{Nd}])'],
  ["([\"'$;# {}\\\\])", '([\\x{22}\\x{27}\\x{24}\\x{3b}\\x{23}\\x{20}\\x{7b}\\x{7d}\\x{5c}])'],
])('%s is %s for PCRE', (regex, pcre) => {
  expect(pcreOf(regex)).toBe(`(*UTF)${pcre}`);
});

test.each([
  ['(', 'which is no regular expression: Invalid regular expression: /(/u: Unterminated group'],
  ['(?i:(a))', 'which is no regular expression: Invalid regular expression: /(?i:(a))/u: Invalid group'],
  ['^/users/', "which has no group: put parentheses around the key, as in '^/users/([^/]+)'"],
  [
    '(?<=a*)(b)',
    'whose (?<=a*) looks back at a text of no fixed length, which nginx cannot: write it without a quantifier',
  ],
  [
    '(?<!(?:a|bc))(b)',
    'whose (?<!(?:a|bc)) looks back at a text of no fixed length, which nginx cannot: write it without a quantifier',
  ],
  ['(?:(a)|b)+', 'whose group (a) stands in a repeated part that may leave it out: put it outside of (?:(a)|b)+'],
  ['(?:x(a)?)*', 'whose group (a) stands in a repeated part that may leave it out: put it outside of (?:x(a)?)*'],
  ['(a?)*', 'whose (a?)* may repeat nothing: let (a?) match at least one character'],
  ['(a)(?:b*)?', 'whose (?:b*)? may repeat nothing: let (?:b*) match at least one character'],
  ['\\1(a)', 'whose \\1 refers to a group that does not stand before it'],
  ['(a){65536}', 'whose (a){65536} repeats more than 65535 times'],
  ['(?:abc){1000}(a)', 'which is larger than nginx takes: make it shorter, or repeat less'],
  [`(${'a'.repeat(4000)})`, 'which is larger than nginx takes: make it shorter, or repeat less'],
  ['('.repeat(251) + ')'.repeat(251), 'which has more than 100 parentheses inside each other'],
  [
    '(\\p{Script=Greek})',
    'whose \\p{Script=Greek} nginx does not know: it knows categories by their short names, '
      + 'such as \\p{L} and \\p{Nd}',
  ],
  ['(\\ud800)', 'whose \\ud800 is half of a character'],
])('%s is refused', (regex, sentence) => {
  expect(refusal(() => pcreOf(regex))).toBe(sentence);
});

/** A pattern of at most that depth; many are none, or are refused. */
function randomPattern(below: (limit: number) => number, depth = 3): string {
  const atoms = [
    'a', 'b', '/', 'é', '😀', '.', '\\w', '\\W', '\\d', '\\D', '\\s', '\\S', '[ab]', '[^a]', '[^]', '[]',
    '[\\s\\d-]', '[a-z😀]', '[^\\S/]', '\\u00e9', '\\.', '%', '\\$', '^', '$', '\\b', '\\B', '\\1', '\\2', '\\k<n>',
    '\\p{L}', '\\x61',
  ];
  const groups = ['(', '(', '(?:', '(?<n>', '(?=', '(?!', '(?<=', '(?<!'];
  const quantifiers = ['', '', '', '?', '*', '+', '{2}', '{1,2}', '+?', '*?', '??', '{0,2}?'];
  return Array.from({ length: 1 + below(3) }, () => {
    const atom = depth > 0 && below(3) === 0
      ? `${groups[below(groups.length)]}${randomPattern(below, depth - 1)})`
      : atoms[below(atoms.length)];
    return atom + quantifiers[below(quantifiers.length)] + (below(6) === 0 ? '|' : '');
  }).join('');
}

/**
 * What JavaScript says of a subject: the group, with a + in front, or nothing. V8 also looks for an empty match inside
 * of a surrogate pair.
 */
function inJavaScript(pattern: string, subject: string): string {
  const regex = new RegExp(pattern, 'uy');
  for (let at = 0; at <= subject.length; at += subject.codePointAt(at)! > 0xffff ? 2 : 1) {
    regex.lastIndex = at;
    const match = regex.exec(subject);
    if (match) return `+${match[1] ?? ''}`;
  }
  return '-';
}

test('400 random patterns match in nginx what they match in JavaScript', async () => {
  const below = ((next) => (limit: number) => Math.floor(next() * limit))(random(4));
  const patterns = new Map<string, string>();
  while (patterns.size < 400) {
    const pattern = randomPattern(below);
    try {
      // Without the flag u, JavaScript would match half characters.
      new RegExp(pattern, 'u');
      patterns.set(pattern, pcreOf(pattern));
    } catch {
      // Refused: see above.
    }
  }
  const characters = ['a', 'a', 'b', 'b', '/', 'é', '😀', '1', '.', '-', '%', '$', '\u00a0', '\u2028', 'ẞ', '_'];
  const subjects = [
    'a',
    ...Array.from({ length: 60 }, () => (
      Array.from({ length: 1 + below(7) }, () => characters[below(characters.length)]).join('')
    )),
  ];
  const sources = [...patterns.keys()];
  const nginx = await Nginx.start([], [
    'map_hash_bucket_size 128;', 'variables_hash_max_size 4096;',
    ...sources.map(
      (source, at) => `map $http_x_subject $r${at} { default -; ${quoted(`~${patterns.get(source)}`)} +$1; }`,
    ),
    `server { listen LISTEN; location / { return 200 "${sources.map((_, at) => `$r${at}`).join('|')}"; } }`,
  ]);
  try {
    for (const subject of subjects) {
      const { body } = await send(nginx, '/', { 'x-subject': bytesOf(subject) });
      const answers = body.split('|');
      const wrong = sources.map((source, at) => [source, subject, answers[at], inJavaScript(source, subject)])
        .filter(([, , is, should]) => is !== should);
      expect(wrong).toEqual([]);
    }
  } finally {
    await nginx.stop();
  }
});
