import product from '../../.rolldown.config.mjs';

/** The program with a history that writes nothing: what `apply` with it is measured against. */
export default {
  ...product,
  plugins: [
    product.plugins,
    {
      name: 'without-history',
      transform(code, id) {
        if (!id.endsWith('src/db/stores/history.ts')) return undefined;
        const silent = code.replace('function record(', 'function record() {}\nasync function told(');
        if (silent === code) throw new Error('the history has no function "record" any more');
        return silent;
      },
    },
  ],
  output: { ...product.output, dir: 'node_modules/.cache/bench/without-history' },
};
