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
