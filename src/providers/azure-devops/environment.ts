import { credential, type ToolEnvironment } from '../../core/tool-environment.ts';

/** What `az devops` reads (azure-devops-cli-extension e547b4a6). */
export const azureDevopsEnvironment: ToolEnvironment = (row) =>
  credential(row, 'AZURE_DEVOPS_EXT_PAT', 'azurePatToken');
