using Microsoft.Data.Sqlite;

namespace Exchange.Node.Storage;

/// <summary>A SQLite file of the node: write-ahead log, synchronous=FULL, for the node's user alone.</summary>
internal sealed class SqliteFile
{
    private readonly string _connectionString;

    /// <summary>Makes the file if there is none; the first connection brings its tables up.</summary>
    internal SqliteFile(string path)
    {
        Own(path);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
    }

    /// <summary>A connection of its own.</summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    internal SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Runs one statement within a transaction.</summary>
    internal static void Write(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Every statement is a constant of its store; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>The reader owns its command: disposing the command first would end the reader.</summary>
    internal static SqliteDataReader Read(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of its store.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteReader();
    }

    /// <summary>Made by us before SQLite makes it: readable by the node's user alone, as its write-ahead log then is, too.</summary>
    private static void Own(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
    }
}
