import { App, Chart } from 'cdk8s';
import { Backend, handler, Spread } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'hello');

new Spread(chart, 'Web', {
  backend: Backend.fromFunction(handler((request) => {
    const name = request.query.name ?? 'world';
    return { greeting: `hello ${name}` };
  })),
});

app.synth();
