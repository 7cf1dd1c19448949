import { startWorld } from './world.js';
import { hello, me, Queue, rawHashes, signIns, tokenOf, verifications } from './speed.js';

const world = await startWorld(6000, 'smtp://127.0.0.1:1');
const queue = new Queue(world.people);
const api = await world.api();
const pids = { api: api.pid, database: world.databasePid };
const show = (name: string, r: any) => console.log(name, r.perSecond.toFixed(1) + '/s', 'cpu ms', JSON.stringify(r.cpu, (k, v) => typeof v === 'number' ? +v.toFixed(2) : v), 'p50', r.times[r.times.length >> 1]?.toFixed(1), 'p99', r.times[Math.floor(r.times.length * 0.99)]?.toFixed(1), JSON.stringify(r.other).slice(0, 300));
const s = Number(process.argv[2] ?? 3);
if (process.env.MODE !== 'api') { console.log('argon2', (await rawHashes(s)).toFixed(1)); show('hello', await hello(s)); }
const tokens: string[] = [];
for (const p of queue.take(20)) tokens.push(await tokenOf(api.port, p));
await me(api.port, tokens, 1, pids);
show('me', await me(api.port, tokens, s, pids));
await verifications(world, api.port, queue.take(300), s, pids);
show('verify', await verifications(world, api.port, queue.take(2500), s, pids));
show('sign-in', await signIns(api.port, queue.take(1000), s, pids));
await api.stop(); await world.stop(); process.exit(0);
