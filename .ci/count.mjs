// node count.mjs REPORT STATUS: prints `N passed, N failed` from vitest's JSON report, and fails if anything did.
// A file that broke before its first test counts as one failure, and so does a run that failed for any other reason.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
const { passed, failed } = count(readFileSync(file, 'utf8'));
const failures = Math.max(failed, status === '0' ? 0 : 1);
process.stdout.write(`${passed} passed, ${failures} failed\n`);
process.exitCode = failures > 0 || passed === 0 ? 1 : 0;

function count(text) {
  if (!text) return { passed: 0, failed: 1 };
  const report = JSON.parse(text);
  const broken = report.testResults.filter((suite) => suite.status === 'failed' && !suite.assertionResults.length);
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}
