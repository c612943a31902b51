import { IntegrationsError, openIntegrations } from 'tenant-integrations';

async function main(): Promise<void> {
  const integrations = await openIntegrations({
    database: { url: process.env['DATABASE'] ?? '' },
    keys: { file: process.env['KEYS'] ?? '' },
    actor: { account: 'ops@acme.test', purpose: 'release-service' },
  });
  try {
    const { items } = await integrations.tenant('Acme').pipelines.page();
    process.stdout.write(`${items.length} pipeline, `);
    await integrations.tenant('Acme').scm.get('nobody');
  } catch (error) {
    if (error instanceof IntegrationsError) process.stdout.write(`then ${error.code}\n`);
  } finally {
    await integrations.close();
  }
}

void main();
