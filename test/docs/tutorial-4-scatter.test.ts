import { tutorial } from './tutorial';

tutorial('4-scatter');
