// Preloaded into a child: writes the most memory that it held, in kilobytes, to the file that the variable names.
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.BENCH_PEAK_MEMORY, String(process.resourceUsage().maxRSS));
});
