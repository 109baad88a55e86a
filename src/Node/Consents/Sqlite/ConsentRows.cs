using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Exchange.Node.Storage;
using Exchange.Node.Subjects;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Consents.Sqlite;

/// <summary>Reads all subjects and consents, once, at start. What rows have in common is in memory once.</summary>
/// <exception cref="InvalidDataException">A row is not as this node writes it.</exception>
internal sealed class ConsentRows(SqliteConnection connection)
{
    private readonly Repeated<string> _texts = new(text => text);
    private readonly Repeated<MemberId> _members = new(MemberId.Parse);
    private readonly Repeated<DatasetId> _datasets = new(DatasetId.Parse);
    private readonly Repeated<PurposeId> _purposes = new(PurposeId.Parse);
    private readonly Repeated<SubjectScheme> _schemes = new(SubjectScheme.Parse);
    private readonly Repeated<ConsentedFields> _fields = new(text => new(Lines(text)[1..]));
    private readonly Repeated<ImmutableArray<ConsentedAssertion>> _assertions = new(text => [.. Lines(text).Select(Assertion)]);

    /// <summary>Reads subjects and consents side by side, each over a connection of its own.</summary>
    internal static StoredConsents Read(SqliteFile file)
    {
        var consents = Task.Run(() =>
        {
            using var connection = file.Open();
            return new ConsentRows(connection).Consents();
        });
        using var connection = file.Open();
        var subjects = new ConsentRows(connection).Subjects();
        return new StoredConsents(subjects, consents.GetAwaiter().GetResult());
    }

    private List<SubjectRecord> Subjects()
    {
        var names = Names();
        var subjects = new List<SubjectRecord>();
        using var reader = SqliteFile.Read(connection, "SELECT id, wrapped_key FROM subject");
        while (reader.Read())
        {
            var id = new SubjectId(Id(reader, 0));
            subjects.Add(new SubjectRecord(id, new KeptKey(id.Value, reader.GetFieldValue<byte[]>(1)), names.GetValueOrDefault(id, [])));
        }

        return subjects;
    }

    private Dictionary<SubjectId, ImmutableArray<SealedName>> Names()
    {
        var names = new Dictionary<SubjectId, ImmutableArray<SealedName>>();
        using var reader = SqliteFile.Read(connection, "SELECT subject_id, blind_index, scope, scheme, sealed FROM subject_name");
        while (reader.Read())
        {
            var name = new SealedName(
                new Digest(reader.GetFieldValue<byte[]>(1)), _texts.Of(reader.GetString(2)), _schemes.Of(reader.GetString(3)), reader.GetFieldValue<byte[]>(4));
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(names, new SubjectId(Id(reader, 0)), out var hasMore);
            known = hasMore ? known.Add(name) : [name];
        }

        return names;
    }

    private List<ConsentRecord> Consents()
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
            consents.Add(Consent(reader));
        }

        return consents;
    }

    private ConsentRecord Consent(SqliteDataReader reader)
    {
        var id = new ConsentId(Id(reader, 0));
        return new ConsentRecord
        {
            Id = id,
            For = new ConsentTuple(
                new SubjectId(Id(reader, 1)),
                _members.Of(reader.GetString(2)),
                _members.Of(reader.GetString(3)),
                _datasets.Of(reader.GetString(4)),
                _purposes.Of(reader.GetString(5))),
            Revision = reader.GetInt64(6),
            Status = (ConsentStatus)reader.GetInt64(7),
            Fields = _fields.Of($"{reader.GetString(4)}\n{reader.GetString(8)}"), // The same paths of another dataset are other leaves.
            Assertions = _assertions.Of(reader.GetString(17)),
            DescriptorDigest = new Digest(reader.GetFieldValue<byte[]>(9)),
            ValidFrom = new Instant(reader.GetInt64(10)),
            Expire = reader.IsDBNull(11) ? null : new Instant(reader.GetInt64(11)),
            Key = new KeptKey(id.Value, reader.GetFieldValue<byte[]>(12)),
            Manager = _members.Of(reader.GetString(13)),
            Jurisdiction = _texts.Of(reader.GetString(14)),
            EvidenceDigest = reader.GetFieldValue<byte[]>(15) is { Length: > 0 } digest ? digest : [],
            ChangeTime = new Instant(reader.GetInt64(16)),
        };
    }

    private static ImmutableArray<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static ConsentedAssertion Assertion(string line) => Digest.TryParse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)).ToString(), out var digest)
        ? new ConsentedAssertion(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], digest)
        : throw new InvalidDataException("The consent store holds an assertion without its digest.");

    private static UInt128 Id(SqliteDataReader reader, int column) =>
        TransferId.TryRead(reader.GetFieldValue<byte[]>(column), out var id) ? id.Value : throw new InvalidDataException("The consent store holds an id that is not 16 bytes.");
}
