/** What a router's scripts are told at synth time. */
declare module 'config.js' {
  const config: import('../../src/contract').RouterScriptConfig;
  export default config;
}

/** The user's sharding function. */
declare module 'key.js' {
  const key: (request: import('../../src/contract').RequestShape) => unknown;
  export default key;
}

/** See budget.ts: a module of its own, which the user's function imports too. */
declare module 'budget.js' {
  export { spent, start, step } from './budget';
}
