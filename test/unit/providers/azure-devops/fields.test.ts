import { describe, expect, test } from 'vitest';
import { azureDevops } from '../../../../src/providers/azure-devops/index.ts';
import { refusal, stored, warning } from '../reads.ts';

const a = (length: number) => 'a'.repeat(length);

describe('azure-devops', () => {
  test.each([
    ['acme', 'acme'],
    ['Acme-2', 'Acme-2'],
    ['https://dev.azure.com/acme', 'acme'],
    ['https://dev.azure.com/acme/Mobile%20App/_boards?x=1', 'acme'],
    ['dev.azure.com/acme/', 'acme'],
    ['https://acme.visualstudio.com/Mobile', 'acme'],
    ['acme.visualstudio.com', 'acme'],
  ])('stores the organization %s as %s', (given, kept) => {
    expect(stored(azureDevops, 'azureOrganization', given)).toBe(kept);
  });

  test.each([
    ['https://dev.azure.com/', 'must be an organization of Azure DevOps Services'],
    ['https://tfs.acme.test/tfs/DefaultCollection', 'must be an organization of Azure DevOps Services'],
    ['acme/Mobile', 'must be an organization of Azure DevOps Services'],
    ['https://dev.azure.com.acme.test/acme', 'must be an organization of Azure DevOps Services'],
    [`https://bot:${a(20)}@dev.azure.com/acme`, 'has credentials'],
    ['-acme', 'must be letters and digits, with "-" only inside'],
    ['acme corp', 'must be letters and digits, with "-" only inside'],
  ])('refuses the organization %s', (given, reason) => {
    expect(refusal(azureDevops, 'azureOrganization', given)).toContain(reason);
  });

  test('azureProject may have spaces, but is no address', () => {
    expect(stored(azureDevops, 'azureProject', ' Mobile App ')).toBe('Mobile App');
    expect(refusal(azureDevops, 'azureProject', 'https://tfs.acme.test/tfs/DefaultCollection/Mobile')).toContain(
      'copy the name of the project',
    );
    expect(refusal(azureDevops, 'azureProject', 'acme/Mobile')).toContain('must be the name of a project');
  });

  test('azurePatToken', () => {
    for (const token of [`${a(76)}AZDO${'b'.repeat(4)}`, a(52)]) {
      expect(stored(azureDevops, 'azurePatToken', `${token}\n`)).toBe(token);
    }
    expect(warning(azureDevops, 'azurePatToken', a(84))).toContain('has an unusual form');
  });
});
