import type { CategoryName } from '../core/category.ts';
import { providers } from './index.ts';

/** The category of each provider. The build puts the value in the place of this file, as it does with `summaries.ts`. */
export const categoryOf: Readonly<Record<string, CategoryName>> = Object.fromEntries(
  providers.map(({ name, category }) => [name, category.name]),
);
