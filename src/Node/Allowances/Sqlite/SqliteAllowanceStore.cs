using Exchange.Node.Storage;
using Exchange.Policy.Evaluation.Assertions;
using Exchange.Vocabulary;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Allowances.Sqlite;

/// <summary>What was spent, in one SQLite file of its own. Times are microseconds since the epoch, UTC.</summary>
internal sealed class SqliteAllowanceStore : IAllowanceStore
{
    private const string Tables = """
        CREATE TABLE allowance (
            name BLOB PRIMARY KEY,
            period_end INTEGER NOT NULL,
            used INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX allowance_by_end ON allowance(period_end);
        CREATE TABLE answer (
            name BLOB NOT NULL REFERENCES allowance(name) ON DELETE CASCADE,
            assertion BLOB NOT NULL,
            verdict INTEGER NOT NULL,
            PRIMARY KEY (name, assertion)
        ) WITHOUT ROWID;
        """;

    private static readonly SqliteSchema Schema = new("allowance store", [Tables]);

    private readonly SqliteFile _file;
    private readonly SqliteConnection _writing;
    private readonly SqliteWriter _writer;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="InvalidDataException">The file is of a newer version, or cannot be used.</exception>
    internal SqliteAllowanceStore(string path)
    {
        try
        {
            _file = new SqliteFile(path);
            _writing = _file.Open();
            Schema.Prepare(_writing);
        }
        catch (SqliteException exception)
        {
            _writing?.Dispose();
            throw new InvalidDataException($"The allowance store {path} cannot be used: {exception.Message}", exception);
        }

        _writer = new SqliteWriter(_writing, "allowance-store");
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredAllowance> Load(Instant now)
    {
        using var connection = _file.Open();
        var answers = new List<(Digest Name, FrozenAnswer Answer)>();
        using (var reader = SqliteFile.Read(connection, "SELECT name, assertion, verdict FROM answer"))
        {
            while (reader.Read())
            {
                answers.Add((Name(reader, 0), new FrozenAnswer(Name(reader, 1), (AssertionVerdict)reader.GetInt64(2))));
            }
        }

        var frozen = answers.ToLookup(answer => answer.Name, answer => answer.Answer);
        var stored = new List<StoredAllowance>();
        using (var reader = SqliteFile.Read(connection, "SELECT name, period_end, used FROM allowance"))
        {
            while (reader.Read())
            {
                var key = new AllowanceKey(Name(reader, 0), new Instant(reader.GetInt64(1)));
                if (key.End > now)
                {
                    stored.Add(new StoredAllowance(key, (int)reader.GetInt64(2), [.. frozen[key.Name]]));
                }
            }
        }

        return stored;
    }

    /// <inheritdoc/>
    public Task SpendAsync(AllowanceKey key, int units) => _writer.WriteAsync((connection, transaction) => Spend(connection, transaction, key, units));

    /// <inheritdoc/>
    public Task FreezeAsync(AllowanceKey key, IReadOnlyList<FrozenAnswer> answers) => _writer.WriteAsync((connection, transaction) =>
    {
        Spend(connection, transaction, key, answers.Count);
        foreach (var answer in answers)
        {
            SqliteFile.Write(
                connection,
                transaction,
                "INSERT INTO answer (name, assertion, verdict) VALUES ($name, $assertion, $verdict) ON CONFLICT (name, assertion) DO UPDATE SET verdict = $verdict",
                ("$name", key.Name.ToArray()),
                ("$assertion", answer.Assertion.ToArray()),
                ("$verdict", (long)answer.Verdict));
        }
    });

    /// <inheritdoc/>
    public Task ForgetAsync(Instant now) => _writer.WriteAsync((connection, transaction) =>
        SqliteFile.Write(connection, transaction, "DELETE FROM allowance WHERE period_end <= $now", ("$now", now.Microseconds)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _writing.DisposeAsync().ConfigureAwait(false);
    }

    private static void Spend(SqliteConnection connection, SqliteTransaction transaction, AllowanceKey key, int units) => SqliteFile.Write(
        connection,
        transaction,
        "INSERT INTO allowance (name, period_end, used) VALUES ($name, $end, $units) ON CONFLICT (name) DO UPDATE SET used = used + $units",
        ("$name", key.Name.ToArray()),
        ("$end", key.End.Microseconds),
        ("$units", units));

    private static Digest Name(SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column));
}
