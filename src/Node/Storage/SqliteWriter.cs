using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Exchange.Node.Storage;

/// <summary>
/// The one thread that writes. Whatever waits goes into one transaction with one sync; SQLite serialises writers anyway, and its
/// asynchronous API is synchronous underneath.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int Waiting = 1024;
    private const int Constraint = 19; // SQLITE_CONSTRAINT
    private readonly SqliteConnection _connection;
    private readonly Thread _thread;
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    internal SqliteWriter(SqliteConnection connection, string name)
    {
        _connection = connection;
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    internal bool IsHealthy { get; private set; } = true;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes when what <paramref name="write"/> did is durable; faults when it is not.</summary>
    internal async Task WriteAsync(Action<SqliteConnection, SqliteTransaction> write)
    {
        var work = new Work(write, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _queue.Writer.WriteAsync(work).ConfigureAwait(false);
        await work.Done.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        var group = new List<Work>(Waiting);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            while (group.Count < Waiting && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            if (!TryCommit(group, out var fault))
            {
                CommitOneByOne(group, fault!);
            }
        }
    }

    private bool TryCommit(List<Work> group, out SqliteException? fault)
    {
        try
        {
            using (var transaction = _connection.BeginTransaction())
            {
                foreach (var work in group)
                {
                    work.Write(_connection, transaction);
                }

                transaction.Commit();
            }

            IsHealthy = true;
            fault = null;
            group.ForEach(work => work.Done.SetResult());
            return true;
        }
        catch (SqliteException exception)
        {
            fault = exception;
            return false;
        }
    }

    /// <summary>One bad write must not fail its neighbours: after a failed group, each has a transaction of its own.</summary>
    private void CommitOneByOne(List<Work> group, SqliteException fault)
    {
        if (group.Count == 1)
        {
            // A statement that breaks a constraint is a fault of its own, not of the file.
            IsHealthy &= fault.SqliteErrorCode == Constraint;
            group[0].Done.SetException(fault);
            return;
        }

        foreach (var work in group)
        {
            List<Work> alone = [work];
            if (!TryCommit(alone, out var own))
            {
                CommitOneByOne(alone, own!);
            }
        }
    }

    private sealed record Work(Action<SqliteConnection, SqliteTransaction> Write, TaskCompletionSource Done);
}
