using Exchange.Vocabulary;

namespace Exchange.Cli.Certs;

/// <summary>Who a member folder is for, and which node it speaks to.</summary>
public sealed record MemberFolderOptions
{
    /// <summary>The member.</summary>
    public required MemberId Id { get; init; }

    /// <summary>Whether the member receives data, and so has a key that opens envelopes.</summary>
    public bool Encryption { get; init; }

    /// <summary>The node's address.</summary>
    public Uri Node { get; init; } = new("https://127.0.0.1:8443");

    /// <summary>The node's id; by default <c>ops/node-1</c> of the member's own instance.</summary>
    public MemberId NodeId
    {
        get => field == default ? MemberId.Parse($"spiffe://{Instance}/ops/node-1") : field;
        init;
    }

    /// <summary>The origin of the node's log; by default <c>node-1</c> of the member's own instance.</summary>
    public string Origin
    {
        get => field ?? $"{Instance}/node-1";
        init;
    }

    /// <summary>Where the authority's folder is, seen from the member's.</summary>
    public string AuthorityFolder { get; init; } = "..";

    private string Instance => new Uri(Id.Value).Host;
}
