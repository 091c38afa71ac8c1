const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Behaviour tests take longest, and begin first. Jest knows how long tests took the last time; on a new machine it
 * goes by the size of files, and these are small.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const isLong = ({ path }) => /\/test\/(behaviour\/|examples\.test)/.test(path);
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
