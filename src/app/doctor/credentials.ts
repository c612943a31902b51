import { audienceOf } from '../../core/audience.ts';
import { categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { isSameAudience, originsTold } from '../../core/origins.ts';
import type { Secret } from '../../core/secret.ts';
import { plural, quotable, shellWord } from '../../core/text.ts';
import { type Slot, sealedUnder } from '../../crypto/seal.ts';
import { previousCredentials } from '../../db/stores/previous.ts';
import { countSealedRows, type SealedValue, sealedValues } from '../../db/stores/sealed-pages.ts';
import { providerOfType } from '../../providers/index.ts';
import { type Affected, type Check, type Finding, namedRows, orOk } from './check.ts';

/** Every sealed value of every tenant opens, and is meant for where its row leads. */
export const credentials: Check = {
  id: 'credentials',
  needs: ['schema', 'key'],
  code: 'DECRYPTION_FAILED',
  doing: undefined,
  async look(given) {
    const openers = await given.openers();
    const { queries } = await given.rawDatabase();
    const found = new Faults();
    let opened = 0;
    const progress = await given.progress(() => countSealedRows(queries));
    try {
      for await (const { rows, values } of sealedValues(queries)) {
        for (const value of values) {
          try {
            const open = () => openers(value.tenantId).open(value.sealed, value.slot);
            // For a key that is missing the ring is read anew once.
            const secret = opensNow(open) ?? (await (found.lacksKeyOf(value) ? open() : given.withNewKeys(open)));
            opened += 1;
            const leads = whereItLeads(value);
            if (leads && !isSameAudience(secret.audience, leads)) found.addStray(value, secret, leads);
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

/** What opens without waiting for anything, as nearly all do; undefined for the rest. */
function opensNow(open: () => Secret): Secret | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** The origins that a credential would be sent to; undefined where the row does not tell. */
function whereItLeads({ row, slot }: SealedValue): readonly string[] | undefined {
  const category = categoryList.find(({ table }) => table === slot.table);
  const provider = row && category && providerOfType(category.name, String(row[category.typeColumn]));
  const field = provider?.fields.find(({ name }) => name === slot.column);
  return provider && field && audienceOf(provider, field, row);
}

/** What did not open: under each missing key together, each altered value by itself; and what is meant for elsewhere. */
class Faults {
  readonly #byKey = new Map<string, { count: number; rows: Affected[] }>();
  readonly #altered: Finding[] = [];
  readonly #stray: Finding[] = [];
  #more = 0;
  #moreStray = 0;

  lacksKeyOf({ sealed }: SealedValue): boolean {
    return this.#byKey.size > 0 && this.#byKey.has(sealedUnder(sealed) ?? '');
  }

  add(value: SealedValue, error: AppError): void {
    const row = affectedBy(value);
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

  addStray(value: SealedValue, { audience = [] }: Secret, leads: readonly string[]): void {
    if (this.#stray.length === namedRows) {
      this.#moreStray += 1;
      return;
    }
    const row = affectedBy(value);
    const { column, id } = value.slot;
    this.#stray.push({
      severity: 'error',
      finding: `${column} of ${id} is meant for ${originsTold(audience)}, but its row leads to ${originsTold(leads)}: somebody changed the address`,
      remedy: `Correct the address, or if it is right: ${rotateCommand(row)}`,
      rows: [row],
    });
  }

  findings(): Finding[] {
    const underMissing = [...this.#byKey].map(
      ([kid, { count, rows }]): Finding => ({
        severity: 'error',
        finding: `${plural(count, 'value')} cannot be opened: the key "${quotable(kid)}" is not at hand`,
        remedy: 'integrations key import brings it, from a ring that has it',
        count,
        rows,
      }),
    );
    return [
      ...underMissing,
      ...this.#altered,
      ...further(this.#more, 'do not open'),
      ...this.#stray,
      ...further(this.#moreStray, 'are meant for elsewhere'),
    ];
  }
}

function further(count: number, what: string): Finding[] {
  return count > 0 ? [{ severity: 'error', finding: `${plural(count, 'further value')} ${what}`, count }] : [];
}

function affectedBy({ slot, tenantId }: SealedValue): Affected {
  return { id: slot.id, tenantId, category: categoryNameOf(slot), column: slot.column };
}

function rotateCommand({ category, id, tenantId }: Affected): string {
  return `integrations ${category} rotate ${shellWord(id)} --tenant ${shellWord(tenantId)}`;
}

function remedyFor(row: Affected, { table }: Slot): string {
  const rotate = rotateCommand(row);
  return table === previousCredentials.table
    ? `It was replaced and is kept for --undo. To keep it no longer: ${rotate} --forget`
    : `Set it again: ${rotate}`;
}

/** A table of its own holds rows of all categories: the id tells which. */
function categoryNameOf({ table, id }: Slot): string {
  const own = categoryList.find((category) => category.table === table);
  return (own ?? categoryList.find(({ idPrefix }) => id.startsWith(`${idPrefix}_`)))?.name ?? '';
}
