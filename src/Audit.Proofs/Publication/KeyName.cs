using Exchange.Vocabulary;

namespace Exchange.Audit.Proofs.Publication;

/// <summary>How public keys are named that lie beside a log.</summary>
public static class KeyName
{
    /// <summary>A receipt key in PEM: <c>keys/&lt;thumbprint in hexadecimal&gt;.pem</c>.</summary>
    public static string OfReceiptKey(in Digest thumbprint) => $"{PublishedPath.Keys}/{thumbprint}.pem";
}
