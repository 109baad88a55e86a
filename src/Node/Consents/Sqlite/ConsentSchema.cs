using Exchange.Node.Storage;

namespace Exchange.Node.Consents.Sqlite;

/// <summary>Tables of the consent store. Times are microseconds since the epoch, UTC.</summary>
internal static class ConsentSchema
{
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

    /// <summary>A line each: the digest in hexadecimal, a space, the name.</summary>
    private const string Assertions = "ALTER TABLE consent ADD COLUMN assertions TEXT NOT NULL DEFAULT ''";

    internal static SqliteSchema Schema { get; } = new("consent store", [Tables, Assertions]);
}
