using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Format.V1;
using Exchange.Vocabulary;
using Google.Protobuf;

namespace Exchange.Client.Evidence;

/// <summary>
/// Remembers the receipt with the largest index of each log. A log that is cut back or forked cannot later deny it, and two entries with
/// one index are told apart at once.
/// </summary>
internal sealed class LargestReceipts : IDisposable
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(1);

    private readonly string? _file;
    private readonly TimeProvider _clock;
    private long _savedAt;
    private readonly Dictionary<string, Remembered> _byOrigin = [];
    private bool _isSaved = true;

    /// <summary>Reads the file, if there is one.</summary>
    /// <exception cref="InvalidDataException">It is damaged: what the log said before is evidence, so it is not silently begun anew.</exception>
    internal LargestReceipts(string? file, TimeProvider clock)
    {
        (_file, _clock, _savedAt) = (file, clock, clock.GetTimestamp());
        if (file is null || !File.Exists(file))
        {
            return;
        }

        try
        {
            _byOrigin = JsonSerializer.Deserialize(File.ReadAllText(file), LargestReceiptsJson.Default.DictionaryStringRemembered) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file}, which remembers the largest receipts, cannot be read; restore it, or move it away to begin anew.", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Save();

    /// <summary>Takes a valid receipt; says so when it contradicts the one that is remembered.</summary>
    internal string? Fault(Receipt receipt)
    {
        var leafHash = new Digest(receipt.LeafHash.Span).ToString();
        if (_byOrigin.TryGetValue(receipt.LogOrigin, out var known))
        {
            if (receipt.Index == known.Index && leafHash != known.LeafHash)
            {
                return $"the log said before that entry {known.Index} has the leaf hash {known.LeafHash}; now it has another: the log was rewritten";
            }

            if (receipt.Index <= known.Index)
            {
                return null;
            }
        }

        _byOrigin[receipt.LogOrigin] = new Remembered(receipt.Index, leafHash, receipt.ToByteArray());
        _isSaved = false;
        if (_clock.GetElapsedTime(_savedAt) >= SaveEvery)
        {
            Save();
        }

        return null;
    }

    /// <summary>Written whole under another name and synced first, so that a crash leaves the old state or the new one.</summary>
    internal void Save()
    {
        if (_file is null || _isSaved)
        {
            return;
        }

        var unfinished = _file + ".new";
        using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, _byOrigin, LargestReceiptsJson.Default.DictionaryStringRemembered);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, _file, overwrite: true);
        (_isSaved, _savedAt) = (true, _clock.GetTimestamp());
    }
}

/// <summary>One log's largest receipt.</summary>
internal sealed record Remembered(ulong Index, string LeafHash, byte[] Receipt);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Dictionary<string, Remembered>))]
internal sealed partial class LargestReceiptsJson : JsonSerializerContext;
