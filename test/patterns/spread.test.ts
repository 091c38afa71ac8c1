import { App, Chart, Duration, Size, Testing, Yaml } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Backend, Code, IBackend, Platform, Spread, SpreadProps } from '../../src';
import { find, nameOf } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });
const hello = Backend.fromFunction(Code.fromInline('() => "hello"'));

function chartWith(props: Partial<SpreadProps> = {}): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend: image, ...props });
  return chart;
}

test('the manifests of a Spread with nothing but a backend', () => {
  const chart = chartWith();
  const text = Yaml.stringify(...Testing.synth(chart));
  expect(text).toMatchSnapshot();
});

test('two synths give the same bytes', () => {
  const synth = () => Yaml.stringify(...Testing.synth(chartWith({ backend: hello })));
  expect(synth()).toBe(synth());
});

describe('what callers talk to', () => {
  test('is a Service named like the pattern', () => {
    const spread = new Spread(new Chart(Testing.app(), 'shop'), 'Web', { backend: image });
    expect([spread.service.name, spread.host, spread.port]).toEqual(['web', 'web', 8080]);
  });

  test('carries the namespace where the chart names one', () => {
    const spread = new Spread(new Chart(Testing.app(), 'shop', { namespace: 'prod' }), 'Web', { backend: image });
    expect(spread.host).toBe('web.prod.svc');
  });

  test('can stand behind an Ingress', () => {
    const chart = new Chart(Testing.app(), 'shop');
    new Spread(chart, 'Web', { backend: image }).exposeViaIngress('/web', {
      pathType: kplus.HttpIngressPathType.PREFIX,
    });
    const [path] = Testing.synth(chart).find((object) => object.kind === 'Ingress').spec.rules[0].http.paths;
    expect(path).toMatchObject({ path: '/web', backend: { service: { name: 'web', port: { number: 8080 } } } });
  });

  test('can be the backend of another pattern, which makes no pods for it', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const inner = new Spread(chart, 'Inner', { backend: image });
    new Spread(chart, 'Outer', { backend: inner });
    expect(find(chart, 'ConfigMap', 'outer-router').data['nginx.conf.template'])
      .toContain('server inner-headless.${POD_NAMESPACE}.svc.cluster.local:8080 resolve max_fails=1 fail_timeout=2s;');
    expect(Testing.synth(chart).filter((object) => object.kind === 'Deployment').map((object) => object.metadata.name))
      .toEqual(['inner-backend', 'inner-router', 'outer-router']);
  });
});

describe('the pods', () => {
  test('come in as many replicas as asked for, and never in fewer while they roll', () => {
    expect(find(chartWith({ replicas: 5 }), 'Deployment', 'web-backend').spec)
      .toMatchObject({ replicas: 5, strategy: { rollingUpdate: { maxUnavailable: 0 } } });
  });

  test('have a disruption budget that lets one go at a time', () => {
    expect(find(chartWith({ replicas: 3 }), 'PodDisruptionBudget', 'web-backend').spec)
      .toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });

  test('have no disruption budget when there is only one, which it could not protect', () => {
    const chart = chartWith({ replicas: 1, router: { replicas: 1 } });
    expect(Testing.synth(chart).filter((object) => object.kind === 'PodDisruptionBudget')).toEqual([]);
  });

  test('roll when the code changes, and only then', () => {
    const template = (source: string) =>
      find(chartWith({ backend: Backend.fromFunction(Code.fromInline(source)) }), 'Deployment', 'web-backend').spec
        .template;
    expect(template('() => 1')).toEqual(template('() => 1'));
    expect(template('() => 1')).not.toEqual(template('() => 2'));
  });

  test('of an image get its command, arguments, environment, resources and writable folders', () => {
    const chart = chartWith({
      backend: Backend.fromImage('ghcr.io/acme/web:1.4.2', {
        port: 3000,
        command: ['serve'],
        args: ['--verbose'],
        env: { MODE: kplus.EnvValue.fromValue('fast') },
        resources: {
          cpu: { request: kplus.Cpu.millis(50) },
          memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) },
        },
        readinessPath: '/health',
        writable: { '/var/cache': Size.mebibytes(8) },
      }),
    });
    const { containers: [container], volumes } = find(chart, 'Deployment', 'web-backend').spec.template.spec;
    expect(container).toMatchObject({
      command: ['serve'],
      args: ['--verbose'],
      env: [{ name: 'MODE', value: 'fast' }],
      ports: [{ name: 'http', containerPort: 3000 }],
      resources: {
        requests: { 'cpu': '50m', 'memory': '64Mi', 'ephemeral-storage': '64Mi' },
        limits: { 'memory': '64Mi', 'ephemeral-storage': '256Mi' },
      },
      readinessProbe: { httpGet: { path: '/health', port: 'http' } },
      volumeMounts: [{ name: 'var-cache', mountPath: '/var/cache' }],
    });
    expect(container.resources.limits).not.toHaveProperty('cpu');
    expect(volumes).toEqual([{ name: 'var-cache', emptyDir: { sizeLimit: '8Mi' } }]);
  });

  test('of a function run its code from a ConfigMap a reviewer can read', () => {
    const chart = chartWith({
      backend: Backend.fromFunction(Code.fromInline('(request) => {\n  return request.path;\n}')),
    });
    expect(Yaml.stringify(find(chart, 'ConfigMap', 'web-backend'))).toContain([
      '  handler.mjs: |',
      '    export default (request) => {',
      '      return request.path;',
      '    };',
    ].join('\n'));
  });

  const liveness = (backend: IBackend) =>
    find(chartWith({ backend }), 'Deployment', 'web-backend').spec.template.spec.containers[0].livenessProbe;

  test.each([
    0.5, 10, 30, 31, 600,
  ])('of a function that may take %d s are alive while their program answers, '
    + 'and may be busy for as long', (seconds) => {
    const { httpGet, periodSeconds, timeoutSeconds, failureThreshold } = liveness(
      Backend.fromFunction(Code.fromInline('() => 1'), { timeout: Duration.millis(1000 * seconds) }),
    );
    expect(httpGet).toEqual({ port: 'admin', path: '/healthz' });
    expect((failureThreshold - 1) * periodSeconds + timeoutSeconds).toBeGreaterThanOrEqual(Math.max(seconds, 25));
    expect(periodSeconds).toBeGreaterThan(timeoutSeconds);
  });

  test('of an image, whose program we do not know, are alive while they take connections', () => {
    expect(liveness(Backend.fromImage('web', { port: 8080 }))).toMatchObject({ tcpSocket: { port: 'http' } });
  });

  test('of two patterns share the program they run', () => {
    const chart = chartWith({ backend: hello });
    new Spread(chart, 'Other', { backend: hello });
    expect(
      Testing.synth(chart)
        .filter(({ kind }) => kind === 'ConfigMap')
        .map(nameOf)
        .filter((name) => name.endsWith('function-server')),
    ).toEqual(['shop-function-server']);
  });
});

describe('the router', () => {
  test('gets a worker process for each core it may use', () => {
    const chart = chartWith({
      router: { resources: { cpu: { request: kplus.Cpu.millis(500), limit: kplus.Cpu.units(4) } } },
    });
    expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template']).toMatch(/^worker_processes 4;/);
  });

  test('has its time-out and its body limit from the props', () => {
    const chart = chartWith({ router: { timeout: Duration.seconds(7), maxBodySize: Size.mebibytes(2) } });
    const template = find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'];
    expect(template).toContain('proxy_read_timeout 7s;');
    expect(template).toContain('client_max_body_size 2097152;');
  });

  test('runs the images, and asks for the names, that the platform has', () => {
    const chart = new Chart(Testing.app(), 'shop');
    Platform.configure(chart, {
      nginxImage: 'mirror.example/nginx:1.31',
      nodeImage: 'mirror.example/node:26',
      clusterDomain: 'k8s.example',
    });
    new Spread(chart, 'Web', { backend: hello });
    const imageOf = (name: string) => find(chart, 'Deployment', name).spec.template.spec.containers[0].image;
    expect([imageOf('web-router'), imageOf('web-backend')])
      .toEqual(['mirror.example/nginx:1.31', 'mirror.example/node:26']);
    expect(find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'])
      .toContain('web-backend.${POD_NAMESPACE}.svc.k8s.example:8080');
  });
});

describe('refused with a sentence, and no YAML:', () => {
  const refused: [string, () => Partial<SpreadProps>, string][] = [
    ['no replicas', () => ({ replicas: 0 }), '[shop/Web] replicas is 0: it must be a whole number from 1 to 1000'],
    [
      'fewer than none',
      () => ({ replicas: -1 }),
      '[shop/Web] replicas is -1: it must be a whole number from 1 to 1000',
    ],
    [
      'half a replica',
      () => ({ replicas: 1.5 }),
      '[shop/Web] replicas is 1.5: it must be a whole number from 1 to 1000',
    ],
    [
      'replicas that are no number',
      () => ({ replicas: NaN }),
      '[shop/Web] replicas is NaN: it must be a whole number from 1 to 1000',
    ],
    [
      'port 0',
      () => ({ backend: Backend.fromImage('web', { port: 0 }) }),
      '[shop/Web] port is 0: a TCP port is a whole number from 1 to 65535',
    ],
    [
      'port 65536',
      () => ({ backend: Backend.fromImage('web', { port: 65536 }) }),
      '[shop/Web] port is 65536: a TCP port is a whole number from 1 to 65535',
    ],
    ['an image with spaces', () => ({ backend: Backend.fromImage('my web:1', { port: 8080 }) }),
      "[shop/Web] image is 'my web:1', which is no image reference: write it as in 'ghcr.io/acme/users:1.4.2', "
        + 'in lower case and without spaces'],
    [
      'a relative readiness path',
      () => ({ backend: Backend.fromImage('web', { port: 8080, readinessPath: 'health' }) }),
      "[shop/Web] readinessPath is 'health': a path starts with a slash, as in '/health'",
    ],
    [
      'an environment name of ours',
      () => ({
        backend: Backend.fromFunction(Code.fromInline('() => 1'), {
          env: { NODE_OPTIONS: kplus.EnvValue.fromValue('') },
        }),
      }),
      "[shop/Web] env sets 'NODE_OPTIONS', which the pattern sets itself: use another name",
    ],
    [
      'a function without time',
      () => ({ backend: Backend.fromFunction(Code.fromInline('() => 1'), { timeout: Duration.millis(0) }) }),
      '[shop/Web] timeout is 0 ms: it must be longer than nothing',
    ],
    [
      'a function without room for bodies',
      () => ({ backend: Backend.fromFunction(Code.fromInline('() => 1'), { maxBodySize: Size.kibibytes(0) }) }),
      '[shop/Web] maxBodySize is 0: it must be larger than nothing',
    ],
    [
      'a function that may do nothing',
      () => ({ backend: Backend.fromFunction(Code.fromInline('() => 1'), { maxConcurrency: 0 }) }),
      '[shop/Web] maxConcurrency is 0: it must be a whole number from 1 to 10000',
    ],
    [
      'a router without pods',
      () => ({ router: { replicas: 0 } }),
      '[shop/Web] router.replicas is 0: it must be a whole number from 1 to 100',
    ],
    [
      'a router without patience',
      () => ({ router: { timeout: Duration.seconds(0) } }),
      '[shop/Web] router.timeout is 0 ms: it must be longer than nothing',
    ],
    [
      'half seconds',
      () => ({ router: { timeout: Duration.millis(1500) } }),
      '[shop/Web] router.timeout is 1500 ms: give whole seconds',
    ],
    ['half seconds of idleness', () => ({ router: { idleTimeout: Duration.millis(1500) } }),
      '[shop/Web] router.idleTimeout is 1500 ms: give whole seconds'],
    ['no time to be idle', () => ({ router: { idleTimeout: Duration.seconds(0) } }),
      '[shop/Web] router.idleTimeout is 0 ms: it must be longer than nothing'],
    ['a month of idleness', () => ({ router: { idleTimeout: Duration.days(31) } }),
      '[shop/Web] router.idleTimeout is 2678400000 ms: it may be 2147483647 ms at most, which is 24 days'],
    ['half seconds of patience', () => ({ router: { patience: Duration.millis(1500) } }),
      '[shop/Web] router.patience is 1500 ms: give whole seconds'],
    ['more patience than time', () => ({ router: { patience: Duration.seconds(31), timeout: Duration.seconds(30) } }),
      '[shop/Web] router.patience is 31 s, and router.timeout 30 s, of which it is a part: lower it, or raise '
        + 'router.timeout'],
    [
      'patience for a backend by TLS',
      () => ({
        backend: Backend.fromUrl('https://a.example.com'),
        replicas: undefined,
        router: { patience: Duration.seconds(1) },
      }),
      '[shop/Web] router.patience is 1 s, but web-backend is spoken to by TLS, and requests wait in clear text only: '
        + 'leave it out',
    ],
    [
      'code of 300 KiB',
      () => ({ backend: Backend.fromFunction(Code.fromInline(`() => "${'x'.repeat(300 * 1024)}"`)) }),
      "[shop/Web/Backend] ConfigMap 'web-backend' takes 301 KiB in the annotation that kubectl apply makes of it "
        + '(handler.mjs, config.json): Kubernetes takes 256 KiB, so put code of that size into an image',
    ],
  ];
  test.each(refused)('%s', (_, props, message) => {
    expect(() => chartWith(props())).toThrow(new Error(message));
  });

  test('an id that makes a name longer than 63 characters', () => {
    const chart = new Chart(Testing.app(), 'shop');
    expect(() => new Spread(chart, 'x'.repeat(60), { backend: image }))
      .toThrow(`makes the name '${'x'.repeat(60)}-headless' of 69 characters: Kubernetes allows 63, use a shorter id`);
  });

  test('an id that is no DNS label', () => {
    const chart = new Chart(Testing.app(), 'shop');
    expect(() => new Spread(chart, '1st web', { backend: image }))
      .toThrow(
        "[shop/1st web] id '1st web' makes the name '1st web', which is no DNS label: use letters, digits and dashes, "
          + 'with a letter first',
      );
  });

  test('two patterns with one name', () => {
    const chart = chartWith();
    expect(() => new Spread(chart, 'web', { backend: image }))
      .toThrow("its name 'web-backend' is taken by [shop/Web/Backend]");
  });

  test('two patterns with one name in two charts of one namespace', () => {
    const app = new App({ outdir: '/nowhere' });
    new Spread(new Chart(app, 'one'), 'Web', { backend: image });
    expect(() => new Spread(new Chart(app, 'two'), 'Web', { backend: image }))
      .toThrow("its name 'web-backend' is taken by [one/Web/Backend]");
    expect(() => new Spread(new Chart(app, 'three', { namespace: 'other' }), 'Web', { backend: image })).not.toThrow();
  });

  test('a platform that is configured after the patterns', () => {
    const chart = chartWith();
    expect(() => Platform.configure(chart, { clusterDomain: 'k8s.example' }))
      .toThrow('[shop] Platform.configure comes too late');
  });
});
