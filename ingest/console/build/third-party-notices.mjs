// Puts the licence texts of what is bundled into the page beside it, as those licences ask.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

async function noticeOf(name) {
  const folder = path.join(modules, name);
  const about = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  const text = licence ? await readFile(path.join(folder, licence), 'utf8') : `Licence: ${about.license}`;
  return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
}

// MapLibre's own dependencies are inside its bundle, so their names come from its package file, level by level.
async function bundledPackages() {
  const found = new Set(['world-atlas']);
  const queue = Object.keys(JSON.parse(await readFile(path.join(modules, '../package.json'), 'utf8')).dependencies);
  while (queue.length > 0) {
    const name = queue.pop();
    if (found.has(name) || name.startsWith('@types/')) continue;
    const about = await readFile(path.join(modules, name, 'package.json'), 'utf8').then(JSON.parse, () => null);
    if (about === null) continue; // an optional dependency that this platform did not install
    found.add(name);
    queue.push(...Object.keys(about.dependencies ?? {}));
  }
  return [...found].sort();
}

export function thirdPartyNotices() {
  return {
    name: 'sensorgrid-third-party-notices',
    async generateBundle() {
      const notices = await Promise.all((await bundledPackages()).map(noticeOf));
      const head = 'What the console is built from. The coast is made with Natural Earth (public domain).\n';
      this.emitFile({ type: 'asset', fileName: 'third-party-notices.txt', source: [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}
