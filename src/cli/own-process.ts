import util from 'node:util';
import type { Environment } from '../config/environment.ts';

// Read by Node or a library wherever it likes, to tell what it does or to trust whom it should not.
const withheld = new Set(['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG', 'NODE_TLS_REJECT_UNAUTHORIZED']);

/**
 * Keeps what this process is given to itself: nobody opens a debugger in it, no library tells of its requests, no report
 * of a crash holds its environment, and no child inherits our own variables. Certificates are checked, whatever is set.
 * @returns the environment as it was given
 */
export function guardProcess(warn: (text: string) => void): Environment {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^INTEGRATIONS_/i.test(name) || withheld.has(name)) delete process.env[name];
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    warn('NODE_TLS_REJECT_UNAUTHORIZED is ignored: every certificate is checked.');
  }
  // Node has read NODE_DEBUG by now; this is what libraries ask.
  Object.assign(util, { debuglog: silentLog, debug: silentLog });
  keepReportsPrivate();
  hideExperiments();
  // In place of Node's own, which opens the inspector to everybody on this machine.
  if (process.platform !== 'win32') process.on('SIGUSR1', () => undefined);
  return env;
}

const silentLog: typeof util.debuglog = () => Object.assign(() => undefined, { enabled: false });

/** That a part of a library may change some day is for those who build this program, not for those who use it. */
function hideExperiments(): void {
  const listeners = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') for (const listener of listeners) listener(warning);
  });
}

/** Diagnostic reports without the environment; none where Node cannot leave it out (before 22.13). */
function keepReportsPrivate(): void {
  const report = process.report as typeof process.report & { excludeEnv?: boolean };
  if (report.excludeEnv !== undefined) {
    report.excludeEnv = true;
    return;
  }
  report.reportOnFatalError = false;
  report.reportOnUncaughtException = false;
  if (!report.reportOnSignal) return;
  report.reportOnSignal = false;
  // Without a listener the signal would end the process.
  process.on(report.signal as NodeJS.Signals, () => undefined);
}
