using System.Diagnostics;
using System.Globalization;

namespace Exchange.Cli;

/// <summary>How far a long work is, as one line that is written over itself; on a terminal only. Told from any thread.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter? _terminal;
    private readonly string _what;
    private readonly ulong _all;
    private readonly Lock _gate = new();
    private readonly long _begin = Stopwatch.GetTimestamp();
    private long _shown;
    private ulong _done;

    /// <summary>Begins.</summary>
    /// <param name="output">Its prose is where people look; nothing is shown when that is no terminal.</param>
    /// <param name="what">What is done: <c>exported</c>.</param>
    /// <param name="all">Of how many entries.</param>
    internal Progress(Output output, string what, ulong all)
    {
        (_what, _all) = (what, all);
        _terminal = ReferenceEquals(output.Prose, Console.Error) && !Console.IsErrorRedirected ? Console.Error : null;
    }

    /// <summary>So many entries more.</summary>
    internal void Add(ulong entries)
    {
        lock (_gate)
        {
            _done += entries;
            if (_terminal is not null && Stopwatch.GetElapsedTime(_shown) > Pause)
            {
                _shown = Stopwatch.GetTimestamp();
                _terminal.Write(Line());
            }
        }
    }

    /// <summary>Wipes the line: what comes next is the result.</summary>
    public void Dispose() => _terminal?.Write("\r" + new string(' ', 78) + "\r");

    private string Line()
    {
        var seconds = Math.Max(0.001, Stopwatch.GetElapsedTime(_begin).TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"\r{_what} {_done} of {_all} entries, {(_all == 0 ? 100 : 100 * _done / _all)} %, {_done / seconds:F0}/s").PadRight(78);
    }
}
