import { tutorial } from './tutorial';

tutorial('1-hello');
