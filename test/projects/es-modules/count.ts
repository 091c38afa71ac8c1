import type { GatherAnswer } from 'cdk8s-metaparticle';

export default (answers: GatherAnswer[]) => ({ shards: answers.length });
