namespace Exchange.Interop.Tests.Cases;

/// <summary>What a server saw of a call, and how the call ended for it.</summary>
internal sealed record ServedCall
{
    /// <summary>The metadata in which a client names the case that it runs, so that a straggler of one case is not taken for a call of the next.</summary>
    internal const string CaseKey = "x-case";

    internal required string Case { get; init; }

    /// <summary>The method's name.</summary>
    internal required string Method { get; init; }

    /// <summary>The id in the client's certificate; empty if it showed none.</summary>
    internal required string Peer { get; init; }

    /// <summary>The size of each request's payload; -1 for one that is not all zeros.</summary>
    internal List<int> Sizes { get; init; } = [];

    /// <summary>The name of the status that the handler gave, or <c>Cancelled</c>; empty if none was reached.</summary>
    internal string Ended { get; set; } = string.Empty;

    /// <summary>The compressed flags of the requests, where the wire was watched.</summary>
    internal FrameFlags Requests { get; } = new();

    /// <summary>The compressed flags of the responses, where the wire was watched.</summary>
    internal FrameFlags Responses { get; } = new();
}
