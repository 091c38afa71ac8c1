import { App, Chart, Duration } from 'cdk8s';
import { Guests } from './chart';
import { Backend, Gather, gathering, ScatterGather } from 'cdk8s-metaparticle';

const app = new App();

const guests = new Guests(app, 'guests');
guests.visits.exposeViaIngress('/visits');

const words = new Chart(app, 'words');
const histogram = new ScatterGather(words, 'Histogram', {
  leaves: 3,
  backend: Backend.fromImage('ghcr.io/acme/words:1.0.0', { port: 8080, readinessPath: '/' }),
  gather: Gather.fromFunction(gathering((answers) => {
    const sums: Record<string, number> = {};
    for (const { body } of answers) {
      for (const word of Object.keys(body)) {
        sums[word] = (sums[word] ?? 0) + body[word];
      }
    }
    return Object.fromEntries(Object.entries(sums).sort(([, a], [, b]) => b - a).slice(0, 5));
  })),
  timeout: Duration.seconds(2),
  minResponses: 2,
});
histogram.exposeViaIngress('/histogram');

app.synth();
