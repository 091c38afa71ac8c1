import { App } from 'cdk8s';
import { Guests } from './chart';

const app = new App();
new Guests(app, 'guests');
app.synth();
