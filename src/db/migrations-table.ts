/** Where the names of the applied migrations stand. */
export const migrationsTable = 'integrations_migrations';
