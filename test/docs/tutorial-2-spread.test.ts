import { tutorial } from './tutorial';

tutorial('2-spread');
