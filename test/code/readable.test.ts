import { readable } from '../../src/code/readable';

test('a function that a compiler squeezed onto one line is laid out again', () => {
  expect(readable('(request,context)=>{const name=request.query.name??"world";return{greeting:`hello ${name}`,from:context.pod}}')).toBe([
    '(request, context) => {',
    '  const name = request.query.name ?? "world";',
    '  return {',
    '    greeting: `hello ${name}`,',
    '    from: context.pod',
    '  };',
    '}',
  ].join('\n'));
});

test('parentheses stay where they were', () => {
  expect(readable('answers=>({total:answers.reduce((sum,answer)=>(sum??0)+answer.body.total,0),of:(answers.length||1)**2})')).toBe([
    'answers => ({',
    '  total: answers.reduce((sum, answer) => (sum ?? 0) + answer.body.total, 0),',
    '  of: (answers.length || 1) ** 2',
    '})',
  ].join('\n'));
});

test.each(['(request) => request.path', '(request) => {\n  // why\n  return 1;\n}'])('%j stays as it is', (source) => {
  expect(readable(source)).toBe(source);
});
