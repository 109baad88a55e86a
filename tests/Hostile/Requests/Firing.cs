using Exchange.Hostile.Tests.Http2;

namespace Exchange.Hostile.Tests.Requests;

/// <summary>Fires one case at a server and judges what comes back.</summary>
internal static class Firing
{
    /// <summary>All calls are answered, each on its stream, unless one of them gave the server leave to end the connection.</summary>
    public static async Task<int> CallsAsync(RawConnection connection, MutatedCalls calls)
    {
        await using var owned = connection;
        var sending = SendAsync(connection, calls.Bytes, calls.Pieces);
        var hearing = new Hearing(connection);
        await hearing.UntilAsync(heard => calls.Awaited.TrueForAll(stream => heard.On(stream).IsOver));
        await sending;
        if (hearing.Closed && !calls.Breaks)
        {
            throw new HostileFinding($"The server ended the connection ({hearing.GoAway}), and every call was sound HTTP/2: {Describe(hearing)}");
        }

        await connection.EndAsync();
        await hearing.ToEndAsync();
        return MutatedCalls.Calls;
    }

    /// <summary>The server acknowledges the PING behind the broken frame or ends the connection; in any case it lets go when the client does.</summary>
    public static async Task<int> FramesAsync(RawConnection connection, MutatedFrames frames)
    {
        await using var owned = connection;
        var sending = SendAsync(connection, frames.Bytes, frames.Pieces);
        var hearing = new Hearing(connection);
        if (frames.IsWhole)
        {
            await hearing.UntilAsync(heard => heard.Acknowledged != 0);
        }

        await sending;
        await connection.EndAsync();
        await hearing.ToEndAsync();
        return 1;
    }

    private static async Task SendAsync(RawConnection connection, byte[] bytes, int pieces)
    {
        for (var sent = 0; sent < bytes.Length; sent += Math.Min(pieces, bytes.Length - sent))
        {
            if (!await connection.TrySendAsync(bytes.AsMemory(sent, Math.Min(pieces, bytes.Length - sent))))
            {
                return;
            }
        }
    }

    private static string Describe(Hearing hearing) => string.Join("; ", hearing.Answers.Select(answer => $"{answer.Key}: {answer.Value}"));
}
