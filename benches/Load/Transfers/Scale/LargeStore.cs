using Exchange.Cli.Demo.World;
using Exchange.Node.Consents;
using Exchange.Node.Consents.Sqlite;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>
/// Fills a consent store as the service would over months: for each customer a subject with its two names under a key of its own, and a
/// consent. Written into the tables directly, in one transaction; the history of events, which no transfer reads, is left out.
/// </summary>
internal static class LargeStore
{
    // Nothing is lost that could not be written again: the node that opens the file brings back its write-ahead log.
    private const string Settings = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000";
    private const string SubjectRow = "INSERT INTO subject (id, wrapped_key) VALUES ($id, $key)";
    private const string NameRow = "INSERT INTO subject_name (blind_index, subject_id, scope, scheme, sealed) VALUES ($index, $subject, $scope, $scheme, $sealed)";

    private const string ConsentRow = """
        INSERT INTO consent (id, subject_id, provider, consumer, dataset, purpose, revision, status, fields, descriptor_digest,
            valid_from, wrapped_key, manager, jurisdiction, evidence_digest, change_time)
        VALUES ($id, $subject, $provider, $consumer, $dataset, $purpose, $revision, $status, $fields, $descriptor,
            $from, $key, $manager, $jurisdiction, $evidence, $change)
        """;

    /// <summary>Makes the store and fills it.</summary>
    /// <param name="path">The store's file; made if there is none.</param>
    /// <param name="vault">Under whose keys everything is.</param>
    /// <param name="like">A consent that was given through the service; each is as that one.</param>
    /// <param name="customers">Whose consents.</param>
    /// <param name="logSize">Up to which entry the log has nothing that the store lacks.</param>
    /// <param name="cancellation">Ends it between two customers.</param>
    public static async Task FillAsync(string path, SubjectVault vault, ConsentRecord like, IEnumerable<string> customers, ulong logSize, CancellationToken cancellation)
    {
        await using (var store = new SqliteConsentStore(path))
        {
            await store.SetReconciledSizeAsync(logSize);
        }

        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await connection.OpenAsync(cancellation);
        await using (var settings = connection.CreateCommand())
        {
            settings.CommandText = Settings;
            await settings.ExecuteNonQueryAsync(cancellation);
        }

        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync(cancellation);
        using var subjects = new Row(connection, transaction, SubjectRow, "$id", "$key");
        using var names = new Row(connection, transaction, NameRow, "$index", "$subject", "$scope", "$scheme", "$sealed");
        using var consents = new Row(
            connection, transaction, ConsentRow, "$id", "$subject", "$provider", "$consumer", "$dataset", "$purpose", "$revision", "$status", "$fields", "$descriptor",
            "$from", "$key", "$manager", "$jurisdiction", "$evidence", "$change");

        // Keys and ciphertexts are made on all cores, rows are written by one.
        foreach (var (subject, consent) in customers.AsParallel().Select(customer => Make(vault, like, customer)))
        {
            cancellation.ThrowIfCancellationRequested();
            subjects.Insert(subject.Id.ToArray(), subject.Key.Wrapped);
            foreach (var name in subject.Names)
            {
                names.Insert(name.BlindIndex.ToArray(), subject.Id.ToArray(), name.Scope, name.Scheme.Value, name.Sealed);
            }

            consents.Insert(
                consent.Id.ToArray(), subject.Id.ToArray(), consent.For.Provider.Value, consent.For.Consumer.Value, consent.For.Dataset.Value, consent.For.Purpose.Value,
                consent.Revision, (long)consent.Status, string.Join('\n', consent.Fields.Paths), consent.DescriptorDigest.ToArray(),
                consent.ValidFrom.Microseconds, consent.Key.Wrapped, consent.Manager.Value, consent.Jurisdiction, consent.EvidenceDigest, consent.ChangeTime.Microseconds);
        }

        await transaction.CommitAsync(cancellation);
    }

    private static (SubjectRecord Subject, ConsentRecord Consent) Make(SubjectVault vault, ConsentRecord like, string customer)
    {
        var subject = vault.WithName(vault.WithName(vault.Create(), Name(DemoMembers.Customer, customer)), Name(DemoMembers.Inn, Inn.OfCustomer(customer)));
        var id = ConsentId.New();
        return (subject, like with { Id = id, For = like.For with { Subject = subject.Id }, Key = vault.NewKey(id.Value) });

        SubjectName Name(SubjectScheme scheme, string value) =>
            SubjectName.TryCreate(like.For.Provider, DemoMembers.Customer, scheme, value, out var name) ? name : throw new InvalidOperationException($"'{value}' names nobody.");
    }

    /// <summary>One statement, prepared once, run for each row.</summary>
    private sealed class Row : IDisposable
    {
        private readonly SqliteCommand _command;

        public Row(SqliteConnection connection, SqliteTransaction transaction, string sql, params string[] names)
        {
            _command = connection.CreateCommand();
            _command.Transaction = transaction;
#pragma warning disable CA2100 // The statements are constants above.
            _command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var name in names)
            {
                _command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }
        }

        public void Insert(params ReadOnlySpan<object> values)
        {
            for (var column = 0; column < values.Length; column++)
            {
                _command.Parameters[column].Value = values[column];
            }

            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
