// Gathers what the leaves of a search found: the best ten, by score.
export default (answers) => answers
  .flatMap(({ body }) => body.hits)
  .sort((one, other) => other.score - one.score)
  .slice(0, 10);
