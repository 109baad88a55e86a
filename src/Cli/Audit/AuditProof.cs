using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using Exchange.Audit.Export;
using Exchange.Audit.Proofs.Checkpoints;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Audit.Proofs.Tiles;
using Exchange.Audit.Storage;
using Exchange.Node;
using Exchange.Vocabulary;

namespace Exchange.Cli.Audit;

/// <summary><c>exchange audit proof</c>.</summary>
internal sealed class AuditProof : Verb
{
    private readonly Argument<string> _data = new("data") { Description = LogPlace.Description };
    private readonly Argument<ulong?> _index = new("index") { Description = "The entry.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<ulong[]> _consistency = new("--consistency")
    {
        Description = "Instead of an entry: that the log of the first size is the beginning of the log of the second.",
        HelpName = "old new",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _to = new("--to") { Description = "The file to write the proof into. Without it, stdout.", HelpName = "file" };

    internal AuditProof()
        : base(
            "proof",
            "Proves that an entry is in the log, in a file that needs nothing else but the log's public keys (c2sp.org/tlog-proof), or that the log only grew.",
            "exchange audit proof data 4711 --to entry-4711.tlog-proof",
            "exchange audit proof data --consistency 4711 9000 --json")
    {
        Add(_data);
        Add(_index);
        Add(_consistency);
        Add(_to);
    }

    protected override Task<ExitCode> RunAsync(ParseResult arguments, Output output, CancellationToken cancellation)
    {
        var place = new LogPlace(arguments.GetValue(_data)!);
        var sizes = arguments.GetResult(_consistency) is null ? null : arguments.GetValue(_consistency);
        var index = arguments.GetValue(_index);
        if ((sizes is null) == (index is null))
        {
            throw new UsageException("Name an entry by its index, or two sizes with --consistency.");
        }

        using var tree = new ProvenTree(place, output, cancellation);
        if (sizes is not null)
        {
            WriteConsistency(output, tree, sizes[0], sizes[1]);
            return Task.FromResult(ExitCode.Done);
        }

        WriteEntry(output, place, tree, index!.Value, arguments.GetValue(_to));
        return Task.FromResult(ExitCode.Done);
    }

    private static void WriteEntry(Output output, LogPlace place, ProvenTree tree, ulong index, string? to)
    {
        var size = tree.Checkpoint.Size;
        if (index >= size)
        {
            throw new UsageException($"The newest checkpoint has {size} entries; entry {index} is not among them. The node signs the next one on its schedule.");
        }

        if (index < place.Reader.FirstIndex)
        {
            throw new UsageException($"Entry {index} is no longer kept: the log begins with entry {place.Reader.FirstIndex}.");
        }

        using var entries = place.Reader.Entries(index, index + 1);
        entries.MoveNext();
        var proof = new EntryProof(index, [.. tree.Tree.InclusionPath(index, size)], tree.Note, entries.Current.ToArray());
        if (!InclusionProof.TryComputeRoot(TreeHash.Leaf(entries.Current), index, size, proof.Path.AsSpan(), out var root) || root != tree.Checkpoint.Root)
        {
            throw new InvalidDataException($"Entry {index} is not what the log's own tree says. 'exchange audit verify' tells more.");
        }

        if (to is not null)
        {
            DurableFile.Write(to, proof.ToBytes());
        }

        if (output.IsJson)
        {
            output.WriteJson(new { Index = index, Size = size, LeafHash = TreeHash.Leaf(entries.Current).ToString(), Path = Hex(proof.Path), Checkpoint = tree.Note.ToString(), Root = root.ToString(), File = to });
        }
        else if (to is null)
        {
            output.Data.Write(Encoding.UTF8.GetString(proof.ToBytes()));
            output.Data.Flush();
        }

        output.Say(string.Create(CultureInfo.InvariantCulture, $"Entry {index} is in the log of {size} entries of {tree.Checkpoint.Origin}."));
    }

    private static void WriteConsistency(Output output, ProvenTree tree, ulong oldSize, ulong newSize)
    {
        if (oldSize > newSize || newSize > tree.Checkpoint.Size)
        {
            throw new UsageException($"The first size is at most the second, and that at most {tree.Checkpoint.Size}, the newest checkpoint's.");
        }

        var path = tree.Tree.ConsistencyPath(oldSize, newSize);
        if (output.IsJson)
        {
            output.WriteJson(new { OldSize = oldSize, OldRoot = tree.Tree.Root(oldSize).ToString(), NewSize = newSize, NewRoot = tree.Tree.Root(newSize).ToString(), Path = Hex(path) });
        }
        else
        {
            foreach (var hash in path)
            {
                output.Data.WriteLine(Convert.ToBase64String(hash.ToArray()));
            }

            output.Data.Flush();
        }

        output.Say(string.Create(CultureInfo.InvariantCulture, $"The {path.Count} hashes of RFC 6962, 2.1.2, from {oldSize} to {newSize} entries of {tree.Checkpoint.Origin}."));
    }

    private static IEnumerable<string> Hex(IEnumerable<Digest> hashes) => hashes.Select(hash => hash.ToString());
}
