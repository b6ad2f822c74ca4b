// npm run mock -- [PORT]: serves the built console over a made-up city, with a new alarm now and then.
import { fileURLToPath } from 'node:url';
import { stations } from './city.mjs';
import { MockService } from './mock-service.mjs';
import { openingScene } from './scenes.mjs';

const LEVELS = ['yellow', 'yellow', 'orange', 'blue', 'red'];
const mock = new MockService({ root: fileURLToPath(new URL('../dist', import.meta.url)), simulated: true, speed: 10 });
openingScene(mock);
console.log(`http: ${await mock.listen(Number(process.argv[2] ?? 8090))}`);
let count = 0;
setInterval(() => {
  const place = stations[(count * 7) % stations.length];
  const level = LEVELS[count++ % LEVELS.length];
  mock.raise(place.id, place.limits[level] === undefined ? 'yellow' : level);
}, 4_000);
