// Loads the console's TypeScript modules that need no browser, as Vite would.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const server = await createServer({
  root: fileURLToPath(new URL('../..', import.meta.url)), configFile: false, logLevel: 'silent', appType: 'custom',
  server: { middlewareMode: true, watch: null, ws: false }, optimizeDeps: { noDiscovery: true },
});

export const load = (path) => server.ssrLoadModule(path);
export const close = () => server.close();
