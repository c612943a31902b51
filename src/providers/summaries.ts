import { type CategoryName, categoryList } from '../core/category.ts';
import { providersOf } from './index.ts';

/**
 * What a category is, and the providers of it: `Tickets: Jira, Linear, Azure DevOps`. The build puts the value in the place
 * of this file, for the program's help is told before any description is loaded.
 */
export const summaries = Object.fromEntries(
  categoryList.map(({ name, title }) => [
    name,
    `${title}: ${providersOf(name)
      .map(({ titleInText }) => titleInText)
      .join(', ')}`,
  ]),
) as Readonly<Record<CategoryName, string>>;
