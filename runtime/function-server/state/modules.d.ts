/** What is used of it: the types of Node 20, with which this is compiled, have none. */
declare module 'node:sqlite' {
  export class DatabaseSync {
    readonly isTransaction: boolean;
    constructor(file: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }

  export interface StatementSync {
    get(...parameters: unknown[]): any;
    all(...parameters: unknown[]): any[];
    iterate(...parameters: unknown[]): Iterable<any>;
    run(...parameters: unknown[]): void;
  }
}
