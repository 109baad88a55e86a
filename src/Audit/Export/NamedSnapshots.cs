using System.Runtime.CompilerServices;
using Exchange.Audit.Proofs.Entries;
using Exchange.Audit.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Export;

/// <summary>Which snapshots a stretch of entries names: what an auditor needs to understand them.</summary>
internal static class NamedSnapshots
{
    private const string Policy = "policy-";
    private const string Registry = "members-";
    private const string Dataset = "dataset-";
    private const string Change = "change-";

    /// <summary>Their file names. Some may be no snapshots: an entry about keys names the digests of those in the same fields.</summary>
    internal static HashSet<string> Of(LogReader log, ulong from, ulong to)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var last = default(LastSeen);
        using var entries = log.Entries(Math.Max(from, log.FirstIndex), to);
        while (entries.MoveNext())
        {
            for (var field = new EntryScan(entries.Current); field.MoveNext();)
            {
                if (field.Number is >= AuditEntry.DescriptorDigestFieldNumber and <= AuditEntry.ChangeDigestFieldNumber && field.Content.Length == Digest.Size)
                {
                    Add(names, ref last, field.Number, new Digest(field.Content));
                }
            }
        }

        return names;
    }

    private static void Add(HashSet<string> names, ref LastSeen last, int field, in Digest digest)
    {
        // Nearly always the same as in the entry before.
        ref var seen = ref last[field % LastSeen.Count];
        if (seen == digest)
        {
            return;
        }

        seen = digest;
        switch (field)
        {
            case AuditEntry.DescriptorDigestFieldNumber:
                names.Add(Dataset + digest);
                break;
            case AuditEntry.PolicyDigestFieldNumber:
                names.Add(Policy + digest);
                break;
            case AuditEntry.RegistryDigestFieldNumber:
                names.Add(Registry + digest);
                break;
            case AuditEntry.PreviousDigestFieldNumber:
                names.Add(Policy + digest);
                names.Add(Registry + digest);
                break;
            case AuditEntry.ChangeDigestFieldNumber:
                names.Add(Change + digest);
                break;
        }
    }

    /// <summary>The latest digest of each field; fields 16 to 18 and 31, 32 fall on different places.</summary>
    [InlineArray(Count)]
    private struct LastSeen
    {
        internal const int Count = 17;

        private Digest _first;
    }
}
