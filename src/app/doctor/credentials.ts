import { categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable, shellWord } from '../../core/text.ts';
import { type Slot, sealedUnder } from '../../crypto/seal.ts';
import { previousCredentials } from '../../db/stores/previous.ts';
import { countSealedRows, type SealedValue, sealedValues } from '../../db/stores/sealed-pages.ts';
import { type Affected, type Check, type Finding, namedRows, orOk } from './check.ts';

/** Every sealed value of every tenant opens. */
export const credentials: Check = {
  id: 'credentials',
  needs: ['schema', 'key'],
  code: 'DECRYPTION_FAILED',
  doing: undefined,
  async look(given) {
    const openers = await given.openers();
    const { queries } = await given.rawDatabase();
    const found = new Unopened();
    let opened = 0;
    const progress = await given.progress(() => countSealedRows(queries));
    try {
      for await (const { rows, values } of sealedValues(queries)) {
        for (const value of values) {
          try {
            openers(value.tenantId).open(value.sealed, value.slot);
            opened += 1;
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            found.add(value, error);
          }
        }
        progress?.advance(rows);
      }
    } finally {
      progress?.stop();
    }
    return orOk(found.findings(), opened === 0 ? 'there are none yet' : `all ${opened} open`);
  },
};

/** What did not open: under each missing key together, each altered value by itself. */
class Unopened {
  readonly #byKey = new Map<string, { count: number; rows: Affected[] }>();
  readonly #altered: Finding[] = [];
  #more = 0;

  add(value: SealedValue, error: AppError): void {
    const { column, id } = value.slot;
    const row = { id, tenantId: value.tenantId, category: categoryOf(value.slot), column };
    const kid = error.code === 'KEY_UNAVAILABLE' ? sealedUnder(value.sealed) : undefined;
    if (kid !== undefined && (this.#byKey.has(kid) || this.#byKey.size < namedRows)) {
      const known = this.#byKey.get(kid) ?? { count: 0, rows: [] };
      known.count += 1;
      if (known.rows.length < namedRows) known.rows.push(row);
      this.#byKey.set(kid, known);
    } else if (kid === undefined && this.#altered.length < namedRows) {
      this.#altered.push({
        severity: 'error',
        finding: error.message,
        remedy: remedyFor(row, value.slot),
        rows: [row],
      });
    } else this.#more += 1;
  }

  findings(): Finding[] {
    const underMissing = [...this.#byKey].map(
      ([kid, { count, rows }]): Finding => ({
        severity: 'error',
        finding: `${plural(count, 'value')} cannot be opened: the key "${quotable(kid)}" is not at hand`,
        remedy: 'integrations key import brings it, from where the ring was exported to',
        count,
        rows,
      }),
    );
    const rest: Finding[] =
      this.#more > 0
        ? [{ severity: 'error', finding: `${plural(this.#more, 'further value')} do not open`, count: this.#more }]
        : [];
    return [...underMissing, ...this.#altered, ...rest];
  }
}

function remedyFor({ category, id, tenantId }: Affected, { table }: Slot): string {
  const rotate = `integrations ${category} rotate ${shellWord(id)} --tenant ${shellWord(tenantId)}`;
  return table === previousCredentials.table
    ? `It was replaced; give it up: ${rotate} --forget`
    : `Set it anew: ${rotate}`;
}

/** A table of its own holds rows of all categories: the id tells which. */
function categoryOf({ table, id }: Slot): string {
  const own = categoryList.find((category) => category.table === table);
  return (own ?? categoryList.find(({ idPrefix }) => id.startsWith(`${idPrefix}_`)))?.name ?? '';
}
