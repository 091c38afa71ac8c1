import { App, Chart, Duration } from 'cdk8s';
import { Backend, Gather, gathering, handler, ScatterGather } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'words');

new ScatterGather(chart, 'Histogram', {
  leaves: 3,
  // Each leaf counts the words of every third line.
  backend: Backend.fromFunction(handler(({ text = '' }, { leaf, leaves = 1 }) => {
    const lines = text.split('\n').filter((_, at) => at % leaves === leaf);
    const counts: Record<string, number> = {};
    for (const word of lines.join(' ').match(/\w+/g) ?? []) {
      counts[word] = (counts[word] ?? 0) + 1;
    }
    return counts;
  })),
  // The root adds up what the leaves have counted, and answers with the five most frequent words.
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

app.synth();
