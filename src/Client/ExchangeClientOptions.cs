using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Audit.Proofs.Notes;
using Exchange.Documents;
using Exchange.Vocabulary;

namespace Exchange.Client;

/// <summary>Who a member is and which node it talks to.</summary>
public sealed class ExchangeClientOptions
{
    /// <summary>The node's address, https.</summary>
    public required Uri Node { get; init; }

    /// <summary>The node's id, the URI in its certificate; another server is not spoken to.</summary>
    public required MemberId NodeId { get; init; }

    /// <summary>The origin of the node's log; requests are meant for it and receipts must name it.</summary>
    public required string Origin { get; init; }

    /// <summary>The root that the node's certificate must chain to.</summary>
    public required X509Certificate2 Anchor { get; init; }

    /// <summary>The member's own certificate with its private key; its URI names the member.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>The private key that envelopes are sealed to, P-256; needed to fetch.</summary>
    public ECDiffieHellman? EncryptionKey { get; init; }

    /// <summary>The node's receipt keys, current and former, obtained from its operator and pinned.</summary>
    public required IReadOnlyList<ECDsa> ReceiptKeys { get; init; }

    /// <summary>The keys of the node's checkpoints, current and former, obtained from its operator and pinned; needed to audit.</summary>
    public IReadOnlyList<NoteKey> CheckpointKeys { get; init; } = [];

    /// <summary>A file that remembers the largest receipt of each log; null keeps it in memory.</summary>
    public string? StateFile { get; init; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes that one page may have.</summary>
    public int MaximumPageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Connections over which calls are spread, opened as they are needed; at least 1.</summary>
    public int Connections { get; init; } = 2;

    /// <summary>The clock; tests bring their own.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Reads <c>client.yaml</c> and the files that it names, which are relative to it.</summary>
    /// <exception cref="ExchangeConfigurationException">Something in it is wrong; the message names every mistake with its line.</exception>
    public static ExchangeClientOptions Load(string path)
    {
        var diagnostics = new List<Diagnostic>();
        return ClientFile.Read(path, diagnostics) ?? throw new ExchangeConfigurationException(diagnostics);
    }
}
