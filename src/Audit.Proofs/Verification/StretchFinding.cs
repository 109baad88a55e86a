using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Verification;

/// <summary>How the check of a group ended that knows nothing of the groups before.</summary>
internal enum GroupVerdict
{
    /// <summary>The group is sound in itself.</summary>
    Sound,

    /// <summary>Its entries contradict the format, each other, or what stands behind them.</summary>
    Unsound,

    /// <summary>Nobody here has the key.</summary>
    KeyUnknown,

    /// <summary>The signature is not the key's.</summary>
    SignatureInvalid,
}

/// <summary>What the check of one group found, for whoever joins it to the groups before.</summary>
internal readonly record struct GroupFinding
{
    internal GroupVerdict Verdict { get; init; }

    /// <summary>What its first entry names as the leaf hash before it.</summary>
    internal Digest FirstPrevious { get; init; }

    internal Instant FirstTime { get; init; }

    internal Digest LastLeafHash { get; init; }

    internal Instant LastTime { get; init; }

    /// <summary>Its subtrees among those of the stretch.</summary>
    internal Range Subtrees { get; init; }
}

/// <summary>An entry that says something about the log itself.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Start">Where its bytes begin in the stretch.</param>
/// <param name="Length">How many they are.</param>
internal readonly record struct NotedEntry(ulong Index, int Start, int Length);

/// <summary>A digest that an entry names, of something that is kept beside the log.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Field">The field's number.</param>
/// <param name="Digest">What it names.</param>
internal readonly record struct NamedDigest(ulong Index, int Field, Digest Digest);
