using Microsoft.Data.Sqlite;

namespace Exchange.Node.Consents.Sqlite;

/// <summary>Tables of the consent store, version 1. Times are microseconds since the epoch, UTC.</summary>
internal static class ConsentSchema
{
    private const long Version = 1;

    /// <summary>Sets the file up; auto_vacuum only takes effect before the first table.</summary>
    private const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA busy_timeout = 5000;
        """;

    private const string Tables = """
        CREATE TABLE subject (
            id BLOB PRIMARY KEY,
            wrapped_key BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE subject_name (
            blind_index BLOB PRIMARY KEY,
            subject_id BLOB NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
            scope TEXT NOT NULL,
            scheme TEXT NOT NULL,
            sealed BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX subject_name_by_subject ON subject_name(subject_id);
        CREATE TABLE consent (
            id BLOB PRIMARY KEY,
            subject_id BLOB NOT NULL REFERENCES subject(id) ON DELETE CASCADE,
            provider TEXT NOT NULL,
            consumer TEXT NOT NULL,
            dataset TEXT NOT NULL,
            purpose TEXT NOT NULL,
            revision INTEGER NOT NULL,
            status INTEGER NOT NULL,
            fields TEXT NOT NULL,
            descriptor_digest BLOB NOT NULL,
            valid_from INTEGER NOT NULL,
            expire_time INTEGER,
            wrapped_key BLOB NOT NULL,
            manager TEXT NOT NULL,
            jurisdiction TEXT NOT NULL,
            evidence_digest BLOB NOT NULL,
            change_time INTEGER NOT NULL,
            UNIQUE (subject_id, provider, consumer, dataset, purpose)
        ) WITHOUT ROWID;
        CREATE TABLE consent_event (
            event_id BLOB PRIMARY KEY,
            consent_id BLOB NOT NULL REFERENCES consent(id) ON DELETE CASCADE,
            revision INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            time INTEGER NOT NULL,
            log_index INTEGER,
            actor TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE reconciliation (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            log_size INTEGER NOT NULL
        );
        INSERT INTO reconciliation (one, log_size) VALUES (1, 0);
        """;

    /// <summary>Sets a connection up, and makes the tables in a new file.</summary>
    /// <exception cref="InvalidDataException">A newer program wrote the file.</exception>
    internal static void Prepare(SqliteConnection connection)
    {
        Execute(connection, Settings);
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        var found = (long)version.ExecuteScalar()!;
        if (found > Version)
        {
            throw new InvalidDataException($"The consent store has version {found}; this program knows versions up to {Version}. Run the newer program.");
        }

        if (found == 0)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, Tables, transaction);
            Execute(connection, $"PRAGMA user_version = {Version}", transaction);
            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The statements are the constants above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
