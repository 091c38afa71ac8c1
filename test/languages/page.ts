// The app of docs/languages.md in TypeScript: in each language it makes these manifests.
import { App, Chart } from 'cdk8s';
import { Backend, Code, Spread } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'hello');
new Spread(chart, 'Web', {
  replicas: 3,
  backend: Backend.fromFunction(
    Code.fromInline("({ query }, { pod }) => ({ hello: query.name ?? 'world', from: pod })"),
  ),
});
app.synth();
