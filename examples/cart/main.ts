import { App, Chart, Size } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import { Backend, handler, Spread, State, Valkey } from 'cdk8s-metaparticle';

const app = new App();
const chart = new Chart(app, 'cart');

// One Valkey for all: whichever replica a request meets, it finds the cart.
const carts = Valkey.deploy(chart, 'Carts', {
  size: Size.gibibytes(2),
  password: EnvValue.fromSecretValue({
    secret: Secret.fromSecretName(chart, 'Login', 'carts-login'), key: 'password',
  }),
});

new Spread(chart, 'Cart', {
  replicas: 3,
  backend: Backend.fromFunction(handler(async ({ method, segments, query, body }, { state }) => {
    const [collection, user, item] = segments;
    const cart = `cart:${user}`;
    // A cart that nobody touches for 30 days is gone.
    const ttl = 30 * 24 * 60 * 60;

    // GET /orders?after=…: a page of all orders, in the order of their numbers.
    if (collection === 'orders') return state.list({ prefix: 'order:', after: query.after });
    if (collection !== 'carts' || !user) return new Response('GET /carts/ada, for example', { status: 404 });

    // POST /carts/ada: what is in the cart becomes an order, and the cart empty. A second click finds nothing.
    if (method === 'POST') {
      return state.transaction(async (tx) => {
        const items = await tx.get(cart);
        if (!items) return Response.json({ error: 'the cart is empty' }, { status: 409 });
        const order = await tx.increment('orders');
        await tx.set(`order:${String(order).padStart(12, '0')}`, { user, items });
        await tx.delete(cart);
        return Response.json({ order }, { status: 201 });
      });
    }

    // PUT /carts/ada/tea with { "count": 2 }, or DELETE /carts/ada/tea: two that change one cart at a time both count.
    if (item) {
      const count = method === 'PUT' ? body?.count : 0;
      if (!(Number.isInteger(count) && count >= 0 && count <= 1000)) {
        return Response.json({ error: 'count is a whole number from 0 to 1000' }, { status: 400 });
      }
      const changed = await state.update(cart, (items = {}) => {
        const next = Object.fromEntries(Object.entries({ ...items, [item]: count }).filter(([, each]) => each));
        return Object.keys(next).length > 0 ? next : undefined;
      }, { ttl });
      return changed ?? {};
    }

    // GET /carts/ada
    return await state.get(cart) ?? {};
  }), { state: State.shared(carts) }),
});

app.synth();
