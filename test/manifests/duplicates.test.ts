import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Spread } from '../../src';

const backend = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 3000 });

function shop(app: App, namespace?: string): Chart {
  const chart = new Chart(app, 'shop', { namespace });
  new Spread(chart, 'Web', { backend, service: { name: 'users' } });
  return chart;
}

test('two objects of one kind and name are refused, and all of them are listed', () => {
  const app = Testing.app();
  const chart = shop(app);
  new kplus.Service(chart, 'Legacy', { metadata: { name: 'users' }, ports: [{ port: 80 }] });
  new ApiObject(new Chart(app, 'other'), 'Deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-router' },
  });
  const synth = () => app.synth();
  expect(synth).toThrow("[shop/Legacy/Resource] makes the Service 'users', "
    + 'which [shop/Web/Router/Service/Resource] makes too, '
    + 'and one would silently replace the other: use another name here, or service.name of the pattern, '
    + 'or charts with different namespaces');
  expect(synth).toThrow("[other/Deployment] makes the Deployment 'web-router', "
    + 'which [shop/Web/Router/Deployment] makes too, '
    + 'and one would silently replace the other: use another name or id, or charts with different namespaces');
});

test('two patterns cannot have one Service', () => {
  const chart = shop(Testing.app());
  expect(() => new Spread(chart, 'Users', { backend })).toThrow(
    "[shop/Users/Router] its name 'users' is taken by [shop/Web/Router]: "
      + 'use another id or service.name, or charts with different namespaces',
  );
});

test('objects of one name in other namespaces, and of other kinds, are none of these', () => {
  const app = Testing.app();
  const chart = shop(app, 'shop');
  new kplus.Service(new Chart(app, 'old', { namespace: 'old' }), 'Users', {
    metadata: { name: 'users' },
    ports: [{ port: 80 }],
  });
  new ApiObject(chart, 'Knative', {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'users' },
  });
  new kplus.Secret(chart, 'Secret', { metadata: { name: 'users' } });
  expect(() => app.synth()).not.toThrow();
});
