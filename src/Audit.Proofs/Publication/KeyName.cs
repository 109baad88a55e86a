using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>How public keys are named that lie beside a log.</summary>
public static class KeyName
{
    /// <summary>A receipt key in PEM: <c>keys/&lt;thumbprint in hexadecimal&gt;.pem</c>.</summary>
    public static string OfReceiptKey(in Digest thumbprint) => $"{PublishedPath.Keys}/{thumbprint}.pem";

    /// <summary>A checkpoint key as a verifier-key line: <c>keys/&lt;SHA-256 of the line without line feed, in hexadecimal&gt;.vkey</c>.</summary>
    public static string OfCheckpointKey(in Digest digest) => $"{PublishedPath.Keys}/{digest}.vkey";
}
