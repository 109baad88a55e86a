using Exchange.Node.Storage;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Consents.Sqlite;

/// <summary>Consents and subjects in one SQLite file: write-ahead log, synchronous=FULL, one writer thread with its own group commit.</summary>
internal sealed class SqliteConsentStore : IConsentStore
{
    private readonly SqliteFile _file;
    private readonly SqliteConnection _writing;
    private readonly SqliteWriter _writer;
    private int _probing;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="InvalidDataException">The file is of a newer version.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    internal SqliteConsentStore(string path)
    {
        _file = new SqliteFile(path);
        _writing = _file.Open();
        ConsentSchema.Schema.Prepare(_writing);
        ReconciledSize = ReadReconciledSize();
        _writer = new SqliteWriter(_writing, "consent-store");
    }

    /// <inheritdoc/>
    public bool IsHealthy
    {
        get
        {
            var healthy = _writer.IsHealthy;
            if (!healthy && Interlocked.CompareExchange(ref _probing, 1, 0) == 0)
            {
                // A node that is not ready gets no writes by which it could recover, so whoever asks makes it try.
                _ = ProbeAsync();
            }

            return healthy;
        }
    }

    /// <inheritdoc/>
    public ulong ReconciledSize { get; private set; }

    /// <inheritdoc/>
    public StoredConsents Load() => ConsentRows.Read(_file);

    /// <inheritdoc/>
    public bool Knows(TransferId eventId)
    {
        using var connection = _file.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM consent_event WHERE event_id = $id";
        command.Parameters.AddWithValue("$id", eventId.ToArray());
        return command.ExecuteScalar() is not null;
    }

    /// <inheritdoc/>
    public Task StoreAsync(ConsentEvent consentEvent) => _writer.WriteAsync((connection, transaction) =>
    {
        StoreSubject(connection, transaction, consentEvent.Subject);
        StoreConsent(connection, transaction, consentEvent.Consent);
        StoreEvent(connection, transaction, consentEvent);
    });

    /// <inheritdoc/>
    public async Task SetReconciledSizeAsync(ulong logSize)
    {
        await _writer.WriteAsync((connection, transaction) =>
            SqliteFile.Write(connection, transaction, "UPDATE reconciliation SET log_size = $size", ("$size", (long)logSize))).ConfigureAwait(false);
        ReconciledSize = logSize;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _writing.DisposeAsync().ConfigureAwait(false);
    }

    private static void StoreSubject(SqliteConnection connection, SqliteTransaction transaction, SubjectRecord subject)
    {
        SqliteFile.Write(
            connection,
            transaction,
            "INSERT INTO subject (id, wrapped_key) VALUES ($id, $key) ON CONFLICT (id) DO NOTHING",
            ("$id", subject.Id.ToArray()),
            ("$key", subject.Key.Wrapped));
        foreach (var name in subject.Names)
        {
            SqliteFile.Write(
                connection,
                transaction,
                "INSERT INTO subject_name (blind_index, subject_id, scope, scheme, sealed) VALUES ($index, $subject, $scope, $scheme, $sealed) ON CONFLICT (blind_index) DO NOTHING",
                ("$index", name.BlindIndex.ToArray()),
                ("$subject", subject.Id.ToArray()),
                ("$scope", name.Scope),
                ("$scheme", name.Scheme.Value),
                ("$sealed", name.Sealed));
        }
    }

    private static void StoreConsent(SqliteConnection connection, SqliteTransaction transaction, ConsentRecord consent) => SqliteFile.Write(
        connection,
        transaction,
        """
        INSERT INTO consent (id, subject_id, provider, consumer, dataset, purpose, revision, status, fields, assertions, descriptor_digest,
            valid_from, expire_time, wrapped_key, manager, jurisdiction, evidence_digest, change_time)
        VALUES ($id, $subject, $provider, $consumer, $dataset, $purpose, $revision, $status, $fields, $assertions, $descriptor,
            $from, $expire, $key, $manager, $jurisdiction, $evidence, $change)
        ON CONFLICT (id) DO UPDATE SET revision = $revision, status = $status, fields = $fields, assertions = $assertions, descriptor_digest = $descriptor,
            valid_from = $from, expire_time = $expire, manager = $manager, jurisdiction = $jurisdiction, evidence_digest = $evidence,
            change_time = $change
        WHERE excluded.revision > consent.revision
        """,
        ("$id", consent.Id.ToArray()),
        ("$subject", consent.For.Subject.ToArray()),
        ("$provider", consent.For.Provider.Value),
        ("$consumer", consent.For.Consumer.Value),
        ("$dataset", consent.For.Dataset.Value),
        ("$purpose", consent.For.Purpose.Value),
        ("$revision", consent.Revision),
        ("$status", (long)consent.Status),
        ("$fields", string.Join('\n', consent.Fields.Paths)),
        ("$assertions", string.Join('\n', consent.Assertions.Select(assertion => $"{assertion.Digest} {assertion.Name}"))),
        ("$descriptor", consent.DescriptorDigest.ToArray()),
        ("$from", consent.ValidFrom.Microseconds),
        ("$expire", consent.Expire is { } expire ? expire.Microseconds : DBNull.Value),
        ("$key", consent.Key.Wrapped),
        ("$manager", consent.Manager.Value),
        ("$jurisdiction", consent.Jurisdiction),
        ("$evidence", consent.EvidenceDigest),
        ("$change", consent.ChangeTime.Microseconds));

    private static void StoreEvent(SqliteConnection connection, SqliteTransaction transaction, ConsentEvent consentEvent) => SqliteFile.Write(
        connection,
        transaction,
        "INSERT INTO consent_event (event_id, consent_id, revision, kind, time, log_index, actor) VALUES ($id, $consent, $revision, $kind, $time, $index, $actor)",
        ("$id", consentEvent.EventId.ToArray()),
        ("$consent", consentEvent.Consent.Id.ToArray()),
        ("$revision", consentEvent.Consent.Revision),
        ("$kind", (long)consentEvent.Kind),
        ("$time", consentEvent.Consent.ChangeTime.Microseconds),
        ("$index", consentEvent.LogIndex is { } index ? (long)index : DBNull.Value),
        ("$actor", consentEvent.Actor.Value));

    private async Task ProbeAsync()
    {
        try
        {
            await _writer.WriteAsync((connection, transaction) => SqliteFile.Write(connection, transaction, "UPDATE reconciliation SET log_size = log_size")).ConfigureAwait(false);
        }
        catch (SqliteException)
        {
            // Still unhealthy; that is what the probe was to find out.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The store was closed meanwhile.
        }
        finally
        {
            Volatile.Write(ref _probing, 0);
        }
    }

    private ulong ReadReconciledSize()
    {
        using var reader = SqliteFile.Read(_writing, "SELECT log_size FROM reconciliation");
        return reader.Read() ? (ulong)reader.GetInt64(0) : 0;
    }
}
