// node count.mjs REPORT STATUS ...: prints `N passed, N failed` of vitest's JSON reports together, and fails if anything
// did. A file that broke before its first test counts as one failure, and so does a run that failed for any other reason
// or left no report.
import { existsSync, readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0 };
let isWhole = true;
for (let at = 2; at < process.argv.length; at += 2) {
  const [file, status] = process.argv.slice(at, at + 2);
  const { passed, failed } = count(existsSync(file) ? readFileSync(file, 'utf8') : '');
  total.passed += passed;
  total.failed += Math.max(failed, status === '0' ? 0 : 1);
  isWhole &&= passed > 0;
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 || !isWhole ? 1 : 0;

function count(text) {
  if (!text) return { passed: 0, failed: 1 };
  const report = JSON.parse(text);
  const broken = report.testResults.filter((suite) => suite.status === 'failed' && !suite.assertionResults.length);
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
}
