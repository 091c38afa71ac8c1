/**
 * An answer that breaks HTTP's rules or our limits: its leaf has failed, and its connection is in no state to go on.
 */
export class BadAnswer extends Error {}

/** There is no room for an answer, which may be a good one. */
export class NoRoom extends BadAnswer {}
