import { App, Chart, Duration } from 'cdk8s';
import {
  Backend, CallerHeaders, Gather, gathering, handler, HeaderValue, ScatterGather, Spread,
} from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'federated');

// What lies in our own warehouse.
const stock = new Spread(chart, 'Stock', {
  backend: Backend.fromFunction(handler(({ query }) => [{ from: 'our warehouse', item: query.item, price: 12 }])),
});

// All offers for an item, of whoever answers in time. Its NetworkPolicy lets it out to port 443 and to our warehouse;
// cookies and tokens of our callers do not go to the hosts outside.
new ScatterGather(chart, 'Offers', {
  backends: [
    Backend.fromUrl('https://api.acme.example/v2', {
      headers: { authorization: HeaderValue.fromSecret('acme-api', 'token', { prefix: 'Bearer ' }) },
    }),
    Backend.fromUrl('https://offers.globex.example', {
      headers: { 'x-api-key': HeaderValue.fromSecret('globex-api', 'key') },
      callerHeaders: CallerHeaders.only('accept', 'accept-language'),
    }),
    Backend.fromService(stock.service),
  ],
  timeout: Duration.millis(800),
  // Ours alone is an answer; `x-gather-responses` says how many there are.
  minResponses: 1,
  gather: Gather.fromFunction(gathering((answers) => (
    answers.flatMap(({ body }) => body).sort((a, b) => a.price - b.price)
  ))),
});

app.synth();
