using System.Collections.Immutable;
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
    public StoredConsents Load()
    {
        using var connection = _file.Open();
        var names = ReadNames(connection);
        var subjects = new List<SubjectRecord>();
        using (var reader = SqliteFile.Read(connection, "SELECT id, wrapped_key FROM subject"))
        {
            while (reader.Read())
            {
                var id = new SubjectId(Id(reader, 0));
                subjects.Add(new SubjectRecord(id, reader.GetFieldValue<byte[]>(1), [.. names[id]]));
            }
        }

        return new StoredConsents(subjects, ReadConsents(connection));
    }

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
            ("$key", subject.WrappedKey));
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
        ("$fields", string.Join('\n', consent.Fields)),
        ("$assertions", string.Join('\n', consent.Assertions.Select(assertion => $"{assertion.Digest} {assertion.Name}"))),
        ("$descriptor", consent.DescriptorDigest.ToArray()),
        ("$from", consent.ValidFrom.Microseconds),
        ("$expire", consent.Expire is { } expire ? expire.Microseconds : DBNull.Value),
        ("$key", consent.WrappedKey),
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

    private static ILookup<SubjectId, SealedName> ReadNames(SqliteConnection connection)
    {
        var names = new List<(SubjectId Subject, SealedName Name)>();
        using var reader = SqliteFile.Read(connection, "SELECT subject_id, blind_index, scope, scheme, sealed FROM subject_name");
        while (reader.Read())
        {
            names.Add((
                new SubjectId(Id(reader, 0)),
                new SealedName(new Digest(reader.GetFieldValue<byte[]>(1)), reader.GetString(2), SubjectScheme.Parse(reader.GetString(3)), reader.GetFieldValue<byte[]>(4))));
        }

        return names.ToLookup(name => name.Subject, name => name.Name);
    }

    private static List<ConsentRecord> ReadConsents(SqliteConnection connection)
    {
        var consents = new List<ConsentRecord>();
        using var reader = SqliteFile.Read(
            connection,
            """
            SELECT id, subject_id, provider, consumer, dataset, purpose, revision, status, fields, descriptor_digest,
                valid_from, expire_time, wrapped_key, manager, jurisdiction, evidence_digest, change_time, assertions FROM consent
            """);
        while (reader.Read())
        {
            consents.Add(new ConsentRecord
            {
                Id = new ConsentId(Id(reader, 0)),
                For = new ConsentTuple(
                    new SubjectId(Id(reader, 1)),
                    MemberId.Parse(reader.GetString(2)),
                    MemberId.Parse(reader.GetString(3)),
                    DatasetId.Parse(reader.GetString(4)),
                    PurposeId.Parse(reader.GetString(5))),
                Revision = reader.GetInt64(6),
                Status = (ConsentStatus)reader.GetInt64(7),
                Fields = [.. reader.GetString(8).Split('\n', StringSplitOptions.RemoveEmptyEntries)],
                Assertions = [.. reader.GetString(17).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Assertion)],
                DescriptorDigest = new Digest(reader.GetFieldValue<byte[]>(9)),
                ValidFrom = new Instant(reader.GetInt64(10)),
                Expire = reader.IsDBNull(11) ? null : new Instant(reader.GetInt64(11)),
                WrappedKey = reader.GetFieldValue<byte[]>(12),
                Manager = MemberId.Parse(reader.GetString(13)),
                Jurisdiction = reader.GetString(14),
                EvidenceDigest = reader.GetFieldValue<byte[]>(15),
                ChangeTime = new Instant(reader.GetInt64(16)),
            });
        }

        return consents;
    }

    private static ConsentedAssertion Assertion(string line) => Digest.TryParse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)).ToString(), out var digest)
        ? new ConsentedAssertion(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], digest)
        : throw new InvalidDataException("The consent store holds an assertion without its digest.");

    private static UInt128 Id(SqliteDataReader reader, int column) =>
        TransferId.TryRead(reader.GetFieldValue<byte[]>(column), out var id) ? id.Value : throw new InvalidDataException("The consent store holds an id that is not 16 bytes.");

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
