export default (answers) => ({ shards: answers.length });
