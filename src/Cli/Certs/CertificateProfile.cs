namespace Exchange.Cli.Certs;

/// <summary>What a leaf certificate says. Tests write profiles that no member should bear.</summary>
public sealed record CertificateProfile
{
    /// <summary>The URI names of the certificate; a member's certificate has exactly one, its SPIFFE id.</summary>
    public required IReadOnlyList<string> Uris { get; init; }

    /// <summary>Whether the bearer may call: the extended key usage clientAuth.</summary>
    public bool Client { get; init; } = true;

    /// <summary>Whether the bearer may be called: serverAuth, with the names localhost, 127.0.0.1 and ::1.</summary>
    public bool Server { get; init; }

    /// <summary>How long it is valid, from five minutes before its issue.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(365);
}
