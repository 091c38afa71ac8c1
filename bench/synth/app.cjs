// An app as users compile theirs: `node app.cjs <patterns> <outdir>`.
const { App, Chart } = require('cdk8s');
const { Backend, Spread } = require('../..');

const [patterns, outdir] = process.argv.slice(2);
const app = new App({ outdir });
const chart = new Chart(app, 'bench');
for (let n = 0; n < Number(patterns); n++) {
  new Spread(chart, `Web${n}`, { backend: Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 }) });
}
app.synth();
