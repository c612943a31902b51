import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than a minute, most of it waiting: begun last, one of them would run on alone at the end. */
const long = [
  'e2e/faults/server',
  'e2e/keys/under-load',
  'e2e/setup',
  'contract/stores',
  'e2e/faults/packets',
  'e2e/model/model',
  'e2e/hostile/everything',
  'e2e/faults/refusals',
  'e2e/faults/at-once',
  'e2e/manifest/killed',
  'e2e/prompts',
  'contract/migrations',
  'e2e/canary',
  'e2e/container',
].map((name) => `test/${name}.test.ts`);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = long.findIndex((each) => moduleId.endsWith(each));
      return index < 0 ? long.length : index;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
