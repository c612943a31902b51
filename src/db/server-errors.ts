/** Why a server of MySQL or MariaDB refuses, and what to do about it. */
export interface Refused {
  /** A clause. */
  reason: string;
  hint: string;
}

type Kind = readonly [errnos: readonly number[], reason: string, hint: string];

export const checkLog = "Check the server's error log.";
const tryAgain = 'Try again.';
const freeSpace = 'Free some space on the server, then run it again.';
const moreMemory = 'Give the server more memory, or try again when it has less to do.';

// A number of one server that stands here is none that the other answers our statements with.
const kinds: readonly Kind[] = [
  // Who is let in.
  [
    [1045, 1873],
    'it refused the user or the password',
    'Check the user in INTEGRATIONS_DATABASE_URL and INTEGRATIONS_DATABASE_PASSWORD.',
  ],
  [[1698], 'it refused the user without a password', 'Set INTEGRATIONS_DATABASE_PASSWORD.'],
  [
    [3159],
    'it accepts encrypted connections only',
    'Add ?ssl=verify to INTEGRATIONS_DATABASE_URL, or ?ssl=require where its certificate cannot be checked.',
  ],
  [
    [1820, 1862],
    "the user's password has expired",
    'Have it changed on the server (ALTER USER … IDENTIFIED BY …), and set INTEGRATIONS_DATABASE_PASSWORD.',
  ],
  [[3118, 4151], "the user's account is locked", 'Have it unlocked on the server: ALTER USER … ACCOUNT UNLOCK.'],
  [
    [3955, 4150],
    "the user's account is blocked after too many wrong passwords",
    'Wait, or have it unlocked on the server: ALTER USER … ACCOUNT UNLOCK, on MariaDB FLUSH PRIVILEGES.',
  ],
  [
    [1251, 1275, 1524],
    'it requires a way to sign in that is unknown here, or to the server',
    "Have the account's authentication plugin checked on the server.",
  ],
  [
    [1130],
    'it does not let this user in from this machine',
    "Have an account made for this machine's address, such as CREATE USER 'name'@'%'.",
  ],
  [
    [1129],
    'it blocks this machine after too many broken connections',
    'On the server: TRUNCATE TABLE performance_schema.host_cache, or FLUSH HOSTS.',
  ],
  [
    [1042, 1043],
    'it broke off while the connection was being made',
    `Check the host and port in INTEGRATIONS_DATABASE_URL. ${checkLog}`,
  ],

  // How many, how often, how long.
  [
    [1226],
    'the user has reached a limit of its account',
    'Wait (an hour, where it counts by the hour), or have the limit raised on the server: ALTER USER … WITH MAX_….',
  ],
  [
    [1203],
    'the user has as many connections as it is allowed',
    'Wait until one ends, or have max_user_connections raised on the server.',
  ],
  [
    [1040],
    'the server has as many connections as it allows',
    'Try again later, or have max_connections raised on the server.',
  ],
  [
    [4081, 4082],
    'its connections have used up the memory that they are allowed',
    'Try again later, or have connection_memory_limit raised on the server.',
  ],
  [
    [1969, 3024],
    'a statement took longer than the server allows',
    'Have max_statement_time (MariaDB) or max_execution_time (MySQL) raised for this user.',
  ],
  [[1104], 'a statement would look at more rows than the server allows', 'Have max_join_size raised on the server.'],
  [[4031], 'the server closed the connection, which was idle for a while', tryAgain],
  [[1317, 3169, 1927], 'somebody on the server ended the command', tryAgain],
  [[1461], 'the server has as many prepared statements as it allows', 'Have max_prepared_stmt_count raised.'],
  [
    [3651, 3656, 3657, 3661],
    'the resource group of the user cannot be used',
    'Have the resource groups checked on the server.',
  ],

  // Which database.
  [
    [1049],
    'there is no such database on the server',
    'Check its name in INTEGRATIONS_DATABASE_URL, or create it on the server, then: integrations db migrate',
  ],
  [
    [1059, 1102],
    'no database can have such a name',
    'Check the name in INTEGRATIONS_DATABASE_URL: mysql://user@host:3306/name',
  ],
  [
    [1044],
    'the user may not use this database, or there is no such database',
    'Check its name in INTEGRATIONS_DATABASE_URL. What a user needs: integrations db grants',
  ],

  // What may be done now.
  [
    [1290, 1792, 1836, 1874, 1036, 1207, 1223],
    'the server is read-only',
    'Name the server that accepts changes in INTEGRATIONS_DATABASE_URL.',
  ],
  [[3989], 'the database is read-only', 'On the server: ALTER DATABASE … READ ONLY = 0.'],
  [
    [1123, 3796, 3799],
    'it is not online in its replication group, or the group has lost its majority',
    'Try again when the group has a primary; on the server: SELECT * FROM performance_schema.replication_group_members.',
  ],
  [
    [3098, 3100, 3101],
    'its replication group refuses the change',
    'Try again; if it persists, look at performance_schema.replication_group_members on the server.',
  ],
  [[3797], 'it could not learn what its replication group has stored', 'Try again.'],
  [[3032], 'the server is in offline mode', 'Try again later. On the server: SET GLOBAL offline_mode = OFF.'],
  [[1053, 1077, 1079], 'the server is shutting down', 'Try again when it runs.'],
  [[1047], 'the node is not part of its cluster', 'Name another node in INTEGRATIONS_DATABASE_URL, or wait for it.'],
  [
    [1205, 3572],
    'what is needed stayed locked',
    'Try again when that has ended. It may be another command, a backup (FLUSH TABLES WITH READ LOCK), LOCK TABLES or an ALTER TABLE: SHOW PROCESSLIST tells on the server.',
  ],
  [[1213, 1020, 1689, 3058, 3132], 'another command changed the same rows at the same time', tryAgain],
  [[1412, 1615], 'another command changed the tables at the same time', tryAgain],
  [[1180], 'the server could not say whether it stored the change', 'Check whether it is there before you try again.'],
  [
    [1175],
    'it refuses changes that name no key (sql_safe_updates)',
    'Have sql_safe_updates switched off for this user.',
  ],
  [
    [4145],
    'a backup is being made, and no table can be changed until it is done',
    'Try again when it is done (MariaDB: BACKUP STAGE END).',
  ],

  // Room.
  [
    [3, 20, 1021, 1026, 1114, 1878, 3675, 1811],
    "the server's disk or the table's space is full, or cannot be written",
    freeSpace,
  ],
  [[1037, 1038, 1041, 1135, 1436, 1119, 3015, 3044, 3985], 'the server has too little memory', moreMemory],
  [[1206, 1637], 'the server has as many locks and transactions as it can hold', moreMemory],
  [[1016, 23, 24], 'the server cannot open a file: it may have too many of them open', checkLog],
  [
    [1153, 1301, 1162],
    'a statement is larger than the server accepts',
    'Have max_allowed_packet raised on the server to 16 MB or more.',
  ],
  [
    [1197, 1705, 3231],
    'the change is larger than its binary log accepts',
    `Have max_binlog_cache_size raised on the server. ${checkLog}`,
  ],
  [
    [1534, 1598, 1661, 1662, 1663, 1665, 1785, 1786, 4056],
    'the change cannot be written into its binary log',
    `Have binlog_format = ROW set on the server. ${checkLog}`,
  ],

  // What is broken.
  [[1152, 1158, 1159, 1160, 1161, 1184, 1156, 1835], 'the connection was broken off', `Try again. ${checkLog}`],
  [
    [1033, 1034, 1035, 1194, 1195, 1707, 1712, 1812, 1814, 1817, 1877, 3000],
    'a table is damaged on the server',
    `${checkLog} Have the table checked there, or restored from a backup.`,
  ],
  [[1286, 3161], 'it has no InnoDB, which the tables need', 'Have the InnoDB engine enabled on the server.'],
];

/** By the servers' own numbers: the driver's names for them are MySQL's, and from 4000 on MariaDB's mean something else. */
export const refusedByErrno: ReadonlyMap<number, Refused> = new Map(
  kinds.flatMap(([errnos, reason, hint]) => errnos.map((errno) => [errno, { reason, hint }])),
);

/** Numbers that only a statement of ours can earn, wrong as it was written; and a rule of ours that nobody foresaw. */
export const ourFaults: ReadonlySet<number> = new Set([
  1048, 1052, 1054, 1055, 1064, 1065, 1066, 1110, 1136, 1149, 1193, 1210, 1305, 1318, 1582, 1583,
]);
