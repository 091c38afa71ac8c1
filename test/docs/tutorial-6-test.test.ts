import { tutorial } from './tutorial';

tutorial('6-test');
