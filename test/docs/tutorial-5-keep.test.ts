import { tutorial } from './tutorial';

tutorial('5-keep');
