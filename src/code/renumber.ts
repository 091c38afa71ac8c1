import { analyze, Reference, Scope } from 'eslint-scope';
import { parseModule, Syntax } from './syntax';

/** The names of all variables that are declared anywhere in a function. */
export function declaredNames(fn: Syntax): ReadonlySet<string> {
  return new Set(scopesOf(fn).flatMap((scope) => scope.variables.map(({ name }) => name)));
}

/**
 * Gives each variable the lowest number that its name can have where it stands, or none.
 *
 * esbuild numbers a variable that hides another: `user` becomes `user2`. The other may be outside of the function,
 * where it cannot be seen from the source, so that a number which was there from the start looks no different.
 */
export function renumber(fn: Syntax): void {
  const names = new Map<unknown, string>();
  const nameOf = ({ resolved, identifier }: Reference) => names.get(resolved) ?? identifier.name as string;
  // From the outside in: a scope's references to what is around it have their names then.
  for (const scope of scopesOf(fn)) {
    const taken = new Set(scope.through.map(nameOf));
    for (const variable of scope.variables) {
      const [declared] = variable.identifiers;
      if (!declared) continue; // `arguments`
      // A class has one variable for its inside and one for its outside, and both are declared by one identifier.
      const name = names.get(declared) ?? lowest(variable.name, taken);
      taken.add(name);
      names.set(variable, name).set(declared, name);
      for (const identifier of variable.identifiers) identifier.name = name;
      for (const { identifier } of variable.references) identifier.name = name;
    }
  }
}

function lowest(name: string, taken: ReadonlySet<string>): string {
  const base = name.replace(/(?<=\D)[1-9]$/, '');
  let candidate = base;
  for (let number = 2; taken.has(candidate) || (candidate !== name && !isName(candidate)); number++) {
    candidate = `${base}${number}`;
  }
  return candidate;
}

/** Not so: `new`, what is left of `new1`. */
function isName(text: string): boolean {
  try {
    parseModule(`(${text}) => {}`);
    return true;
  } catch {
    return false;
  }
}

function scopesOf(fn: Syntax): Scope[] {
  const statement = { type: 'ExpressionStatement', expression: fn };
  const program = { type: 'Program', sourceType: 'module', body: [statement], range: fn.range };
  return analyze(program as Parameters<typeof analyze>[0], { ecmaVersion: 2026, sourceType: 'module' }).scopes;
}
