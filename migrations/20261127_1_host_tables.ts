import type { Knex } from 'knex';
import { isSqlite, mysqlTableOptions } from './table.ts';

/**
 * `tenants` and `accounts` belong to the host application: they are made where they are missing, and never altered
 * or dropped.
 */
export async function up(knex: Knex): Promise<void> {
  for (const statement of isSqlite(knex) ? sqlite : mysql) await knex.raw(statement);
}

export async function down(): Promise<void> {}

const mysql = [
  `CREATE TABLE IF NOT EXISTS \`tenants\` (
    \`id\` CHAR(36) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL,
    \`displayName\` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    \`createdAt\` DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (\`id\`), UNIQUE KEY \`unique_tenants_name\` (\`displayName\`)
  ) ${mysqlTableOptions}`,
  `CREATE TABLE IF NOT EXISTS \`accounts\` (
    \`id\` VARCHAR(255) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL,
    \`email\` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    \`name\` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    \`createdAt\` DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (\`id\`), UNIQUE KEY \`unique_accounts_email\` (\`email\`)
  ) ${mysqlTableOptions}`,
];

const sqlite = [
  `CREATE TABLE IF NOT EXISTS "tenants" (
    "id" CHAR(36) NOT NULL CHECK (length("id") <= 36),
    "displayName" VARCHAR(255) COLLATE RTRIM NOT NULL CHECK (length("displayName") <= 255),
    "createdAt" DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY ("id"), CONSTRAINT "unique_tenants_name" UNIQUE ("displayName")
  )`,
  `CREATE TABLE IF NOT EXISTS "accounts" (
    "id" VARCHAR(255) NOT NULL CHECK (length("id") <= 255),
    "email" VARCHAR(255) COLLATE RTRIM NOT NULL CHECK (length("email") <= 255),
    "name" VARCHAR(255) NULL CHECK (length("name") <= 255),
    "createdAt" DATETIME NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY ("id"), CONSTRAINT "unique_accounts_email" UNIQUE ("email")
  )`,
];
