import { tutorial } from './tutorial';

tutorial('3-shard');
