import type { CategoryName } from '../../src/core/category.ts';
import type { Json } from '../../src/core/field.ts';
import { providers } from '../../src/providers/index.ts';
import type { Environment } from './cli.ts';
import type { Credential, Sample as OwnSample } from './provider-fixture.ts';
import { fixtureOf } from './provider-fixtures.ts';

export type { Credential };

/** A provider's sample with what its category has beside it; a reference stands under the name that was given. */
export interface Sample extends OwnSample {
  category: CategoryName;
  provider: string;
}

/** What a category adds to the sample of each of its providers. */
const common: Readonly<Record<CategoryName, { flags: readonly string[]; stored: Readonly<Record<string, Json>> }>> = {
  scm: { flags: [], stored: {} },
  target: { flags: [], stored: {} },
  pipeline: {
    flags: [
      ...['--scm', 'code', '--target', 'app', '--description', 'Builds what is released'],
      ...['--no-trigger-on-release', '--build-timeout', '900', '--env', 'LANE=release', '--env', 'NOTE=a=b'],
    ],
    stored: {
      scmIntegrationId: 'code',
      targetIntegrationId: 'app',
      description: 'Builds what is released',
      triggerOnRelease: false,
      buildTimeout: 900,
      environmentVariables: { LANE: 'release', NOTE: 'a=b' },
      lastTriggeredAt: null,
    },
  },
  communication: {
    flags: ['--notify-on', 'release_started', '--notify-on', 'build_failed'],
    stored: { notifyOnEvents: ['release_started', 'build_failed'] },
  },
  ticket: {
    flags: ['--auto-create-epics', '--epic-template', '{"summary": "Release {{version}}"}'],
    stored: { autoCreateEpics: true, epicTemplate: { summary: 'Release {{version}}' } },
  },
};

/** One of each provider, what others refer to first. */
export const samples: readonly Sample[] = providers.map(({ name, category }) => {
  const { sample } = fixtureOf(name);
  const { flags, stored } = common[category.name];
  return {
    ...sample,
    category: category.name,
    provider: name,
    flags: [...flags, ...sample.flags],
    stored: { ...stored, ...sample.stored },
  };
});

export function sampleOf(provider: string): Sample {
  const sample = samples.find((each) => each.provider === provider);
  if (!sample) throw new Error(`there is no sample of ${provider}`);
  return sample;
}

/** The flags that name a sample's credentials as `env:` sources, and the variables that hold them. */
export function credentialFlags(sample: Sample): { flags: string[]; env: Environment } {
  const variable = ({ column }: Credential) => `SAMPLE_${column.toUpperCase()}`;
  return {
    flags: sample.credentials.flatMap((each) => [each.flag, `env:${variable(each)}`]),
    env: Object.fromEntries(sample.credentials.map((each) => [variable(each), each.value])),
  };
}

/** A whole `add`; flags given again replace the sample's own. */
export function addCommand(provider: string, name: string, ...more: string[]): { args: string[]; env: Environment } {
  const sample = sampleOf(provider);
  const { flags, env } = credentialFlags(sample);
  return { args: [sample.category, 'add', provider, '--name', name, ...sample.flags, ...flags, ...more], env };
}
