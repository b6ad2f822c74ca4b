import { defineConfig } from 'vite';
import { baseMap } from './build/base-map.mjs';
import { thirdPartyNotices } from './build/third-party-notices.mjs';

// Addresses in the built page are relative, so that the service may stand behind a path of a reverse proxy.
export default defineConfig({
  base: './',
  plugins: [baseMap(), thirdPartyNotices()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Nothing may become a data: address in script or style; the service's content security policy refuses it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Advice on the build's speed is no news to whoever builds the service.
    rolldownOptions: { checks: { bundlerTimings: false } },
    // MapLibre alone is about 1 MB before compression; it is loaded apart from the list.
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/api': { target: process.env.SENSORGRID_CONSOLE_API ?? 'http://127.0.0.1:8080', changeOrigin: true } } },
});
