const { openIntegrations } = require('tenant-integrations');

openIntegrations({}).catch((error) => process.stdout.write(`${error.name} ${error.code}\n`));
