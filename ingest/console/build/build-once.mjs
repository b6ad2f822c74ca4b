// Installs the packages and builds dist/, when it has to, one process at a time. The service's build calls it (Console.targets); several
// builds at once (parallel MSBuild nodes, a test run beside a build) all call it, and only the first one works.
//
// What is built is decided by content, not by time: dist/ is current when it was made from exactly these sources. The new dist/ takes the
// old one's place only when it is whole, so a build that fails leaves the console as it was.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, readdirSync, renameSync, rmSync, existsSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => path.join(folder, ...parts);
const state = at('node_modules', '.sensorgrid'); // beside what it speaks of: whoever deletes node_modules deletes both
const lockFile = at('.build.lock');
const OLDEST_NODE = [20, 19];
const LONGEST_WAIT_MS = 10 * 60_000;

function fail(message) {
  console.error(`ingest/console: error CONSOLE: ${message}`);
  process.exit(1);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const name of paths) hash.update(name).update('\0').update(readFileSync(at(name))).update('\0');
  return hash.digest('hex');
}

function filesBelow(name) {
  return readdirSync(at(name), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesBelow(`${name}/${entry.name}`) : [`${name}/${entry.name}`]));
}

const packageFiles = ['.npmrc', 'package.json', 'package-lock.json'];
const sourceFiles = () => [...packageFiles, 'index.html', 'tsconfig.json', 'vite.config.mjs', ...['src', 'build', 'public'].flatMap(filesBelow)].sort();
const recorded = (name) => (existsSync(path.join(state, name)) ? readFileSync(path.join(state, name), 'utf8') : '');

function record(name, value) {
  mkdirSync(state, { recursive: true });
  writeFileSync(path.join(state, name), value);
}

// The lock holds the owner's process id: a lock whose owner is gone (killed build) is taken over.
async function lock() {
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += 250) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      process.on('exit', () => rmSync(lockFile, { force: true }));
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (ownerIsGone()) rmSync(lockFile, { force: true });
    await pause(250);
  }
  fail(`another build has been at it for ten minutes; if none is running, delete ${lockFile}.`);
}

function ownerIsGone() {
  const owner = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
  // Empty: created this very moment. It is old only if it stays so, which the waiting above bounds.
  if (!Number.isInteger(owner) || owner <= 0) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, NO_COLOR: '1' } });
  if (error) fail(`${command} could not be started (${error.message}); it comes with Node.js.`);
  if (status !== 0) fail(`"${command} ${args.join(' ')}" failed with ${status}; its output stands above.`);
}

function build() {
  const packages = hashOf(packageFiles);
  // --include=dev: the tools that build are needed also where NODE_ENV says production.
  if (recorded('packages') !== packages) {
    run('npm', ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    record('packages', packages);
  }
  const sources = hashOf(sourceFiles());
  if (recorded('sources') === sources && existsSync(at('dist', 'index.html'))) return;
  rmSync(at('dist.new'), { recursive: true, force: true });
  run('npm', ['run', '--silent', 'build', '--', '--outDir', 'dist.new', '--logLevel', 'warn']);
  rmSync(at('dist'), { recursive: true, force: true });
  renameSync(at('dist.new'), at('dist'));
  record('sources', sources);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) fail(`Node.js ${process.versions.node} is too old; install ${OLDEST_NODE.join('.')} or later, or build with -p:BuildConsole=false.`);
await lock();
build();
