using System.Text.Json;
using Exchange.Format.V1;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Snapshots;

/// <summary>What tests of a reload look at: the files, the entries of changes, and the reports that those name.</summary>
internal static class ReloadingWorld
{
    /// <summary>Longer than any reload; what is waited for comes, or the test fails.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Replaces a file at once, as an operator should: nobody reads half of it.</summary>
    internal static void Replace(string file, Func<string, string> edit)
    {
        var (before, aside) = (File.ReadAllText(file), file + ".aside");
        var after = edit(before);
        after.ShouldNotBe(before);
        File.WriteAllText(aside, after);
        File.Move(aside, file, overwrite: true);
    }

    internal static NodeSnapshot Current(this SomeWorld world) => world.Node.Host.Parts.GetRequiredService<SnapshotHolder>().Current;

    /// <summary>The entries of a kind, oldest first.</summary>
    internal static List<AuditEntry> EntriesOf(this SomeWorld world, EntryKind kind) =>
        [.. world.Log.ReadBackwards().Select(stored => AuditEntry.Parser.ParseFrom(stored.Bytes.Span)).Where(entry => entry.Kind == kind).Reverse()];

    /// <summary>The archived file that a digest names, checked against it.</summary>
    internal static byte[] Archived(this SomeWorld world, string kind, ReadOnlySpan<byte> digest)
    {
        var content = File.ReadAllBytes(Path.Combine(NodeFiles.Snapshots(world.World.DataFolder), $"{kind}-{new Digest(digest)}"));
        Digest.Of(content).ShouldBe(new Digest(digest));
        return content;
    }

    internal static JsonElement ReportOf(this SomeWorld world, AuditEntry entry) => JsonDocument.Parse(world.Archived("change", entry.ChangeDigest.Span)).RootElement;

    internal static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            patience.IsCancellationRequested.ShouldBeFalse($"waited in vain until {what}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
