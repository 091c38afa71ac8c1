import { BadReply, encode, ErrorReply, Reply, RespReader } from '../../../runtime/function-server/state/resp';

function read(pieces: readonly Buffer[], most = 1_000): Reply[] {
  const replies: Reply[] = [];
  const reader = new RespReader(most, (reply) => replies.push(reply));
  for (const piece of pieces) reader.push(piece);
  return replies;
}

/** Bytes are views of what was received: as text, to compare them. */
function plain(reply: Reply): unknown {
  if (Buffer.isBuffer(reply)) return { bytes: `${reply}` };
  return Array.isArray(reply) ? reply.map(plain) : reply;
}

const REPLIES: readonly (readonly [string, string, unknown])[] = [
  ['a simple text', '+OK\r\n', 'OK'],
  ['an error', '-WRONGPASS invalid\r\n', new ErrorReply('WRONGPASS invalid')],
  ['an error with bytes', '!7\r\nERR a\r\n\r\n', new ErrorReply('ERR a\r\n')],
  ['a number', ':-42\r\n', -42],
  ['a number with a fraction', ',1.5\r\n', 1.5],
  ['a large number', '(3492890328409238509324850943850943825024385\r\n', '3492890328409238509324850943850943825024385'],
  ['nothing', '_\r\n', null],
  ['nothing as RESP2 has it', '$-1\r\n*-1\r\n', [null, null]],
  ['true and false', '#t\r\n#f\r\n', [true, false]],
  ['bytes', '$5\r\na\r\nbc\r\n', { bytes: 'a\r\nbc' }],
  ['no bytes', '$0\r\n\r\n', { bytes: '' }],
  ['text of UTF-8', '$4\r\n😀\r\n', { bytes: '😀' }],
  ['a text with its format', '=8\r\ntxt:some\r\n', { bytes: 'some' }],
  ['a list', '*3\r\n:1\r\n$1\r\na\r\n_\r\n', [[1, { bytes: 'a' }, null]]],
  ['an empty list', '*0\r\n', [[]]],
  ['lists in lists', '*2\r\n*1\r\n*0\r\n~1\r\n+a\r\n', [[[[]], ['a']]]],
  ['a map, as a list', '%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n', [['a', 1, 'b', [2]]]],
  ['a message that nobody asked for', '+a\r\n>2\r\n+message\r\n*1\r\n+x\r\n+b\r\n', ['a', 'b']],
  ['attributes before a reply', '|1\r\n+ttl\r\n:3600\r\n:7\r\n', 7],
  ['attributes in a list', '*2\r\n+a\r\n|1\r\n+ttl\r\n:1\r\n+b\r\n', [['a', 'b']]],
  ['several at a time', '+a\r\n$1\r\nb\r\n:3\r\n', ['a', { bytes: 'b' }, 3]],
];

describe.each(REPLIES)('%s', (_, text, expected) => {
  const all = Buffer.from(text);
  const replies = Array.isArray(expected) ? expected : [expected];

  test('is read whole', () => {
    expect(read([all]).map(plain)).toEqual(replies);
  });

  test('is read from two pieces, wherever they part', () => {
    for (let at = 1; at < all.length; at++) {
      expect(read([all.subarray(0, at), all.subarray(at)]).map(plain)).toEqual(replies);
    }
  });

  test('is read byte by byte', () => {
    expect(read([...all].map((byte) => Buffer.of(byte))).map(plain)).toEqual(replies);
  });
});

test('a large value in many pieces is joined once', () => {
  const value = Buffer.alloc(1_000_000, 'v');
  const all = Buffer.concat([Buffer.from('+a\r\n$1000000\r\n'), value, Buffer.from('\r\n+b\r\n')]);
  const concat = jest.spyOn(Buffer, 'concat');
  const pieces = Array.from({ length: 1001 }, (_, index) => all.subarray(index * 1_000, (index + 1) * 1_000));
  const replies = read(pieces, 2_000_000);
  const joined = concat.mock.calls.length;
  concat.mockRestore();
  expect(replies).toEqual(['a', value, 'b']);
  // the pieces of the value, and perhaps a line that was cut
  expect(joined).toBeLessThan(4);
});

test.each([
  ['is of no type', 'HTTP/1.1 400 Bad Request\r\n', 'its answer begins with the byte 72, which no answer does'],
  ['is TLS', '\x15\x03\x03\r\n', 'its answer begins with the byte 21, which no answer does'],
  ['has a length of letters', '$abc\r\n', 'its answer has a length that is none'],
  ['has a length below nothing', '*-2\r\n', 'its answer has a length that is none'],
  ['has a length of twenty digits', '$10000000000000000000\r\n', 'its answer has a length that is none'],
  ['is larger than its receiver takes', '$1001\r\n', 'its answer is larger than 1000 bytes'],
  ['is larger in sum', '*2\r\n$600\r\n' + 'a'.repeat(600) + '\r\n$600\r\n', 'its answer is larger than 1000 bytes'],
  ['has more parts than anybody reads', '*1000001\r\n', 'its answer has too many parts'],
  ['is nested deeper', '*1\r\n'.repeat(9), 'its answer has too many parts'],
  ['has a line without an end', '+' + 'a'.repeat(70_000), 'a line of its answer does not end'],
  ['has half of a line break', '+OK\r+OK\r\n', 'a line of its answer ends with half of a line break'],
  ['has a value of another length', '$1\r\nab\r\n', 'a part of its answer has another length'],
])('what %s is refused', (_, text, message) => {
  expect(() => read([Buffer.from(text, 'latin1')])).toThrow(new BadReply(message));
});

test('a command is an array of bulk strings, with lengths in bytes', () => {
  expect(encode(['SET', 'ä', '{"a":"😀"}'])).toBe('*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$12\r\n{"a":"😀"}\r\n');
});

test('bytes in a command stay as they are', () => {
  const bytes = Uint8Array.of(0, 13, 10, 255);
  expect(encode(['SET', 'a', bytes, 'PX', '5'])).toEqual(Buffer.concat([
    Buffer.from('*5\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n'), bytes, Buffer.from('\r\n$2\r\nPX\r\n$1\r\n5\r\n'),
  ]));
});
