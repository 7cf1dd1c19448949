import { startWorld } from './world.js';
import { me, Queue, signIns, tokenOf, verifications } from './speed.js';
import { HttpLoop } from './http-loop.js';
import { server, typescript } from './processes.js';
const app = await server(typescript('hello.ts'), {}, '/graphql?query=%7Bhello%7D');
const l = new HttpLoop('127.0.0.1', app.port);
console.log(await l.post('/graphql', JSON.stringify({ query: '{ hello }' })));
await app.stop();
const world = await startWorld(6000, 'smtp://127.0.0.1:1');
const queue = new Queue(world.people);
const what = process.argv[2];
const s = 5;
const api = await world.api({}, ['--cpu-prof', `--cpu-prof-dir=/tmp/prof-${what}`]);
const pids = { api: api.pid, database: world.databasePid };
const show = (name: string, r: any) => console.log(name, r.perSecond.toFixed(1) + '/s', 'cpu ms', JSON.stringify(r.cpu, (k, v) => typeof v === 'number' ? +v.toFixed(2) : v), JSON.stringify(r.other).slice(0, 300));
if (what === 'me') {
const tokens: string[] = [];
for (const p of queue.take(20)) tokens.push(await tokenOf(api.port, p));
show('me', await me(api.port, tokens, s, pids));
show('me', await me(api.port, tokens, s, pids));
} else {
show('verify', await verifications(world, api.port, queue.take(300), s, pids));
show('verify', await verifications(world, api.port, queue.take(2500), s, pids));
}
process.kill(api.pid, 'SIGTERM');
await new Promise(r => setTimeout(r, 4000));
await world.stop(); process.exit(0);
