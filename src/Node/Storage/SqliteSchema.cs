using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Storage;

/// <summary>The tables of one of the node's stores, version by version. The file says which version it has.</summary>
/// <param name="Store">What people call it: <c>consent store</c>.</param>
/// <param name="Steps">Each brings a file from the version of its place in the list to the next; the first makes the tables.</param>
internal sealed record SqliteSchema(string Store, ImmutableArray<string> Steps)
{
    /// <summary>Sets the file up; auto_vacuum only takes effect before the first table.</summary>
    private const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA busy_timeout = 5000;
        """;

    /// <summary>Sets a connection up, makes the tables in a new file, and brings those of an older one up.</summary>
    /// <exception cref="InvalidDataException">A newer program wrote the file.</exception>
    internal void Prepare(SqliteConnection connection)
    {
        Execute(connection, Settings);
        using var version = connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        var found = (long)version.ExecuteScalar()!;
        if (found > Steps.Length)
        {
            throw new InvalidDataException($"The {Store} has version {found}; this program knows versions up to {Steps.Length}. Run the newer program.");
        }

        for (var next = (int)found; next < Steps.Length; next++)
        {
            using var transaction = connection.BeginTransaction();
            Execute(connection, Steps[next], transaction);
            Execute(connection, $"PRAGMA user_version = {next + 1}", transaction);
            transaction.Commit();
        }
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The statements are constants of the stores.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
