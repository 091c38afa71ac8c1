import { bytesOf, owned, pathKey, problemOf, routerFor, send } from './shard-router';
import { KeySpec } from '../../src/sharding/key-spec';

test('one key lands on one shard, whichever source it comes from', async () => {
  const key = 'Zoë 😀';
  const bytes = bytesOf(key);
  const json = { 'content-type': 'application/json' };
  const sources: [KeySpec, string, Record<string, string>, string?, string?][] = [
    [{ from: 'header', name: 'x-user' }, '/', { 'x-user': bytes }],
    [{ from: 'cookie', name: 'session' }, '/', { cookie: `session=${bytes}` }],
    [{ from: 'query', name: 'user' }, `/?user=${encodeURIComponent(key)}`, {}],
    [pathKey('^/users/([^/]+)'), `/users/${encodeURIComponent(key)}`, {}],
    [{ from: 'field', paths: [['user']] }, '/', json, JSON.stringify({ user: key })],
    [
      { from: 'function', readsBody: false },
      `/users/${encodeURIComponent(key)}`,
      {},
      undefined,
      '(request) => request.path.split("/")[2]',
    ],
    [
      { from: 'function', readsBody: true },
      '/',
      json,
      JSON.stringify({ user: key }),
      '(request) => request.body.user',
    ],
  ];
  for (const [spec, target, headers, body, code] of sources) {
    const nginx = await routerFor(spec, code);
    expect([spec.from, await send(nginx, target, headers, body)]).toEqual([spec.from, owned(key)]);
  }
});

describe('a header key', () => {
  test('is its value, whatever the case of its name', async () => {
    const nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'X-USER': 'ada' })).toEqual(owned('ada'));
  });

  test('is compared byte by byte, so that Unicode keys are safe', async () => {
    const nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'x-user': bytesOf('Zoë 😀') })).toEqual(owned('Zoë 😀'));
  });

  test('that is sent several times is one key', async () => {
    const nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'x-user': ['ada', 'bob'] })).toEqual(owned('ada, bob'));
  });

  test.each([
    ['\tada\t', 'ada'],
    ['\t \tada lovelace \t', 'ada lovelace'],
    ['a\tb', 'a\tb'],
    [['ada', ''], 'ada, '],
    [bytesOf('\té\t'), 'é'],
    [[bytesOf('é'), ''], 'é, '],
  ])('that is sent as %j is %j, because white space around a value is none of it', async (value, key) => {
    const nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'x-user': value })).toEqual(owned(key));
  });

  test.each([
    ['missing', {}],
    ['empty', { 'x-user': '' }],
    ['white space', { 'x-user': '\t \t' }],
    ['no UTF-8', { 'x-user': 'Zo\xeb' }],
    ['half a surrogate pair in UTF-8', { 'x-user': '\xed\xa0\x80' }],
    ['several lines with tabs between them', { 'x-user': ['ada\t', 'bob'] }],
  ])('that is %s is refused with 400, saying which header', async (_, headers) => {
    const nginx = await routerFor({ from: 'header', name: 'x-user' });
    const answer = await send(nginx, '/', headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'the request has no key: header x-user is missing, empty or not valid UTF-8',
    });
  });
});

describe('a query key', () => {
  test.each([
    ['/?user=ada', 'ada'],
    ['/?a=1&user=ada&b=2', 'ada'],
    ['/?user=%61da', 'ada'],
    ['/?user=a+b', 'a b'],
    ['/?user=%C3%BC', 'ü'],
    ['/?user=ada&user=bob', 'ada'],
    ['/?%75ser=ada&user=bob', 'ada'],
    ['/?a=%20&user=ada', 'ada'],
    ['/?User=bob&user=ada', 'ada'],
    ['/?superuser=bob&user=ada', 'ada'],
    ['/?user=a%26user=b', 'a&user=b'],
    ['/?user=50%', '50%'],
    ['/?user=a=b', 'a=b'],
    ['/?user=k0%20100%', 'k0 100%'],
    ['/?user=k0+100%25', 'k0 100%'],
    ['/?user=%zz%41', '%zzA'],
    ['/?user=a%00b', 'a\0b'],
    ['/?user=%EF%BB%BFa', '\ufeffa'],
    ['/?user=é', 'é'],
    ['/?user=ada#&user=bob', 'ada'],
    ['http://host/?user=ada', 'ada'],
  ])('of %s is %s', async (target, key) => {
    const nginx = await routerFor({ from: 'query', name: 'user' });
    expect(await send(nginx, bytesOf(target))).toEqual(owned(key));
  });

  test.each([
    '/?user=%E9', '/?user=%e9', '/?user=a%C3', '/?user=%ED%A0%80', '/?user=\xe5', '/?x=\xe5&user=%41',
  ])('that is no UTF-8 is refused: %j', async (target) => {
    const nginx = await routerFor({ from: 'query', name: 'user' });
    expect(problemOf(await send(nginx, target)))
      .toEqual([400, expect.stringMatching(/^the query( parameter user is the key, and)? is not valid UTF-8$/)]);
  });

  test.each([
    ['user[id]', '/?user[id]=ada', '/?user%5Bid%5D=ada'],
    ['a b', '/?a+b=ada', '/?x&a%20b=ada'],
    ['a&b=c+d%#', '/?a%26b%3Dc%2Bd%25%23=ada', '/?a=1&a%26b%3dc%2bd%25%23=ada'],
    ['größe', '/?größe=ada', '/?gr%C3%B6%C3%9Fe=ada'],
    ['$uri"\\\'', '/?$uri"\\\'=ada', '/?%24uri%22%5C%27=ada'],
    ['a\0b', '/?a%00b=ada', '/?a%00%62=ada'],
  ])('may have any name, such as %j', async (name, ...targets) => {
    const nginx = await routerFor({ from: 'query', name });
    for (const target of targets) expect([target, await send(nginx, bytesOf(target))]).toEqual([target, owned('ada')]);
    expect((await send(nginx, '/?a=ada&b=ada')).status).toBe(400);
  });

  test('that is not encoded needs no script', async () => {
    const nginx = await routerFor(
      { from: 'query', name: 'user' },
      undefined,
      'export default { query() { throw new Error(); } };',
    );
    expect(await send(nginx, '/?a=1&user=ada&b=2')).toEqual(owned('ada'));
  });

  test.each([
    '/', '/?user', '/?user=', '/?superuser=ada', '/?USER=ada', '/?x=user=ada', '/?user=&user=ada', '/?user=&x=%41',
  ])('is missing in %s', async (target) => {
    const nginx = await routerFor({ from: 'query', name: 'user' });
    expect((await send(nginx, target)).status).toBe(400);
  });
});

describe('a cookie key', () => {
  test.each([
    ['session=ada', 'ada'],
    ['a=1; session=ada; b=2', 'ada'],
    ['a=1;session=ada', 'ada'],
    ['session=ada; session=bob', 'ada'],
    ['Session=bob; session=ada', 'ada'],
    ['xsession=bob; session=ada', 'ada'],
    ['session="a%41"', '"a%41"'],
    ['a=1\t;\tsession\t=\tada\t', 'ada'],
    [bytesOf('session=é'), 'é'],
    [`a=\xe9; ${bytesOf('session=\u00a0é')}`, '\u00a0é'],
  ])('of %s is %s', async (cookie, key) => {
    const nginx = await routerFor({ from: 'cookie', name: 'session' });
    expect(await send(nginx, '/', { cookie })).toEqual(owned(key));
  });

  test.each([
    '',
    'session=',
    'session',
    'sessions=ada',
    'SESSION=ada',
    'a="; session=',
    'session=; session=ada',
    'session=\xe9; session=ada',
  ])('is missing in %j', async (cookie) => {
    const nginx = await routerFor({ from: 'cookie', name: 'session' });
    expect((await send(nginx, '/', { cookie })).status).toBe(400);
  });
});

describe('a path key', () => {
  test.each([
    ['/users/ada', 'ada'],
    ['/users/ada/friends?x=1', 'ada'],
    ['/users/ada#x', 'ada'],
    ['/users/%61da', 'ada'],
    ['/users/%C3%BC', 'ü'],
    ['/users/ü', 'ü'],
    ['/users/..', '..'],
    ['/users/a%2Fb/c', 'a/b'],
    ['/users/a%2fb%3F%23%25%5C', 'a/b?#%\\'],
    ['/users/a%0Ab', 'a\nb'],
    ['/users/%2541', '%41'],
    ['/users/a\\b"\'$x', 'a\\b"\'$x'],
    ['http://host/users/ada', 'ada'],
  ])('of %s is %s', async (target, key) => {
    const nginx = await routerFor(pathKey('^/users/([^/]+)'));
    expect(await send(nginx, bytesOf(target))).toEqual(owned(key));
  });

  test.each([
    '//users/ada', '/users//ada', '/x/../users/ada', '/users%2Fada', '/', '/x?/users/ada',
  ])('is missing in %s, because nothing is merged or resolved', async (target) => {
    const nginx = await routerFor(pathKey('^/users/([^/]+)'));
    expect(problemOf(await send(nginx, target)))
      .toEqual([400, 'the path has no key: it does not match ^/users/([^/]+)']);
  });

  test('is missing where the path does not match', async () => {
    const nginx = await routerFor(pathKey('^/users/(\\d+)$'));
    expect(problemOf(await send(nginx, '/users/ada')))
      .toEqual([400, 'the path has no key: it does not match ^/users/(\\d+)$']);
  });

  test.each([
    ['/users/%E9', 'the path holds a % that is not followed by the hexadecimal digits of UTF-8 text'],
    ['/users/\xe9', 'the request target is not valid UTF-8'],
  ])('that is no UTF-8 is refused: %j', async (target, detail) => {
    const nginx = await routerFor(pathKey('^/users/([^/]+)'));
    expect(problemOf(await send(nginx, target))).toEqual([400, detail]);
  });

  test.each([
    ['^/f/(.)', '/f/éx', 'é'],
    ['^/f/(.)', '/f/%F0%9F%98%80x', '😀'],
    ['^/f/(..)$', '/f/%2F', undefined],
    ['(\\w+)$', '/ada', 'ada'],
    ['(\\w+)$', '/ada%0A', '0A'],
    ['^/(?<shard>[^/]+)', '/admin:8080/x', 'admin:8080'],
    ['^/(?<upgrade>[^/]+)', '/a%0D%0Ab', 'a\r\nb'],
    ['^/(?<host>a)(?<uri>b)(?<status>c)', '/abc', 'a'],
    ['^/([^]+)$', '/a/b', 'a/b'],
    ['^/(\\u0041+)', '/AA', 'AA'],
    ['^/(?:x|(a))', '/a', 'a'],
    ['^/(?<a>.)(?<b>.)\\k<b>(?=c)', '/xyyc', 'x'],
  ])('with %s, of %s, is %j', async (regex, target, key) => {
    const nginx = await routerFor(pathKey(regex));
    const answer = await send(nginx, bytesOf(target));
    if (key === undefined) expect(answer.status).toBe(400);
    else expect(answer).toEqual(owned(key));
  });

  test('of ASCII without escapes needs no script', async () => {
    const nginx = await routerFor(
      pathKey('^/users/([^/]+)'),
      undefined,
      'export default { path() { throw new Error(); }, group() { throw new Error(); } };',
    );
    expect(await send(nginx, '/users/ada;v=1,2!~?q=%41')).toEqual(owned('ada;v=1,2!~'));
  });
});

describe('a client address key', () => {
  test('is the address of who connects', async () => {
    const nginx = await routerFor({ from: 'clientIp', trustedProxies: [] });
    expect(await send(nginx, '/', { 'x-forwarded-for': '10.1.2.3' })).toEqual(owned('127.0.0.1'));
  });

  test('is what a trusted proxy says it is', async () => {
    const nginx = await routerFor({ from: 'clientIp', trustedProxies: ['127.0.0.0/8'] });
    expect(await send(nginx, '/', { 'x-forwarded-for': '6.6.6.6, 10.1.2.3, 127.0.0.9' })).toEqual(owned('10.1.2.3'));
  });

  test.each([
    '203.0.113.7', '::ffff:203.0.113.7', '::FFFF:cb00:7107',
  ])('is one, whether IPv4 stands inside of IPv6 or not: %s', async (address) => {
    const nginx = await routerFor({ from: 'clientIp', trustedProxies: ['127.0.0.0/8'] });
    expect(await send(nginx, '/', { 'x-forwarded-for': address })).toEqual(owned('203.0.113.7'));
  });
});

describe('a field key', () => {
  const json = { 'content-type': 'application/json' };
  const field: KeySpec = { from: 'field', paths: [['items', 0, 'sku']] };

  test.each([
    ['a text', '{"items":[{"sku":"a-1"}]}', 'a-1'],
    ['a number', '{"items":[{"sku":17}]}', '17'],
    ['a boolean', '{"items":[{"sku":false}]}', 'false'],
    ['a text of the same digits as the next number', '{"items":[{"sku":"9007199254740993"}]}', '9007199254740993'],
    ['a number with more digits than JavaScript keeps', '{"items":[{"sku": 9007199254740993 }]}', '9007199254740993'],
    ['a long number', '{"items":[{"sku":12345678901234567890}]}', '12345678901234567890'],
    ['a fraction', '{"items":[{"sku":-0.50000000000000000001}]}', '-0.50000000000000000001'],
    [
      'the last of several',
      '{"items":[{"sku":1}],"items":[{"sku":"x","\\u0073ku":9007199254740993}]}',
      '9007199254740993',
    ],
    ['Unicode', '{"items":[{"sku":"\\u00fc😀"}]}', 'ü😀'],
    ['text with a NUL', '{"items":[{"sku":"a\\u0000b"}]}', 'a\0b'],
  ])('can be %s', async (_, body, key) => {
    const nginx = await routerFor(field);
    expect(await send(nginx, '/', json, body)).toEqual(owned(key));
  });

  test.each([
    'application/json; charset=utf-8', 'Text/JSON', 'application/vnd.api+json',
  ])('is read from a body of type %s', async (type) => {
    const nginx = await routerFor(field);
    expect(await send(nginx, '/', { 'content-type': type }, '{"items":[{"sku":"a-1"}]}')).toEqual(owned('a-1'));
  });

  test.each([
    '1.0', '1e2', '1E2', '-0', '0.10', '-0.0', '1e400', `1.${'0'.repeat(100)}`,
  ])('that is the number %s is refused, because another text of that number would be another key', async (literal) => {
    const nginx = await routerFor(field);
    expect(problemOf(await send(nginx, '/', json, `{"items":[{"sku":${literal}}]}`)))
      .toEqual([
        400,
        expect.stringMatching(
          /^the field items\[0\]\.sku of the body is the key, and .{2,41} is not the plain form of that number: send it /,
        ),
      ]);
  });

  test.each([
    [
      'half a surrogate pair',
      json,
      '{"items":[{"sku":"\\ud800"}]}',
      400,
      'the key is not valid Unicode text: it holds half of a surrogate pair',
    ],
    [
      'in a gzip body',
      { ...json, 'content-encoding': 'gzip' },
      Buffer.from([0x1f, 0x8b, 8, 0]),
      415,
      'the body is encoded as gzip: send it as it is',
    ],
    [
      'in a body that is no UTF-8',
      json,
      Buffer.from([0x22, 0xff, 0x22]),
      400,
      'the content type says JSON, and the body is not',
    ],
  ] as const)('that is %s is refused, saying why', async (_, headers, body, status, detail) => {
    const nginx = await routerFor(field);
    expect(problemOf(await send(nginx, '/', headers, body))).toEqual([status, detail]);
  });

  test.each([
    ['no body', undefined, json, 400],
    ['malformed JSON', '{"items":', json, 400],
    ['no such field', '{"items":[]}', json, 400],
    ['an object in its place', '{"items":[{"sku":{}}]}', json, 400],
    ['an empty text', '{"items":[{"sku":""}]}', json, 400],
    ['a field of the prototype', '{"items":"x"}', json, 400],
    ['another content type', '{"items":[{"sku":"a"}]}', { 'content-type': 'text/plain' }, 415],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 400],
    ['100,000 levels of nesting', '['.repeat(100_000) + ']'.repeat(100_000), json, 400],
  ] as const)('that is not there because of %s is refused, and the worker lives', async (_, body, headers, status) => {
    const nginx = await routerFor(field);
    const answer = await send(nginx, '/', headers, body);
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([status, status]);
    expect(await send(nginx, '/', json, '{"items":[{"sku":"a-1"}]}')).toEqual(owned('a-1'));
    expect(nginx.log).not.toContain('exited on signal');
  });

  describe('with alternatives', () => {
    const either: KeySpec = { from: 'field', paths: [['prompt_cache_key'], ['user', 'id'], ['user']] };

    test.each([
      ['the first field', '{"user":"u","prompt_cache_key":"p"}', 'p'],
      ['false, which is a key', '{"prompt_cache_key":false,"user":"u"}', 'false'],
      ['the next one where the first is missing', '{"user":{"id":7}}', '7'],
      ['the next one where the first is null', '{"prompt_cache_key":null,"user":"u"}', 'u'],
      ['the next one where the first is empty', '{"prompt_cache_key":"","user":"u"}', 'u'],
      ['the next one where the first is an object', '{"prompt_cache_key":{"id":1},"user":"u"}', 'u'],
      ['the next one where the first is an array', '{"prompt_cache_key":["p"],"user":"u"}', 'u'],
      ['the digits of a number further on', '{"user":9007199254740993}', '9007199254740993'],
    ])('is %s', async (_, body, key) => {
      expect(await send(await routerFor(either), '/', json, body)).toEqual(owned(key));
    });

    test.each([
      [
        'none of them is one',
        '{"user":{"id":""}}',
        json,
        400,
        'the request has no key: fields prompt_cache_key, user.id, user of the body are missing, '
          + 'empty or no string, number or boolean',
      ],
      [
        'a number before them is not in its plain form',
        '{"prompt_cache_key":1.0,"user":"u"}',
        json,
        400,
        'the field prompt_cache_key of the body is the key, and 1.0 is not the plain form of that number: '
          + 'send it without an exponent and without needless zeros or sign, or as a string',
      ],
      [
        'the body is no JSON',
        'user=u',
        { 'content-type': 'text/plain' },
        415,
        'the key is the field prompt_cache_key or user.id or user of a JSON body: send it as application/json',
      ],
    ] as const)('is refused where %s', async (_, body, headers, status, detail) => {
      expect(problemOf(await send(await routerFor(either), '/', headers, body))).toEqual([status, detail]);
    });
  });

  test('is found in a body of 5 MB, also in a chunked one', async () => {
    const nginx = await routerFor(field);
    const body = JSON.stringify({ filler: 'x'.repeat(5_000_000), items: [{ sku: 'a-1' }] });
    expect(await send(nginx, '/', json, body)).toEqual(owned('a-1'));
    expect(await send(nginx, '/', { ...json, 'transfer-encoding': 'chunked' }, body)).toEqual(owned('a-1'));
  });
});
