using System.Text.Json;
using Exchange.Audit.Proofs.Merkle;
using Exchange.Tests;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Merkle;

public sealed class ConsistencyProofTests
{
    [SharedFact]
    public void The_public_consistency_proofs_verify()
    {
        var path = Path.Combine(Prerequisites.Shared!, "vectors", "rfc6962-proofs.json");
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(path));
        var count = 0;
        foreach (var vector in vectors.RootElement.GetProperty("consistency").EnumerateArray())
        {
            var proof = vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } hashes ? hashes.EnumerateArray().Select(Hash).ToArray() : [];
            var verifies = ConsistencyProof.Verifies(
                vector.GetProperty("size1").GetUInt64(), Hash(vector.GetProperty("root1")), vector.GetProperty("size2").GetUInt64(), Hash(vector.GetProperty("root2")), proof);

            verifies.ShouldBe(!vector.GetProperty("wantErr").GetBoolean(), $"{vector.GetProperty("name").GetString()}: {vector.GetProperty("desc").GetString()}");
            count++;
        }

        count.ShouldBeGreaterThan(0);
    }

    /// <summary>Where the vectors do not care what a hash is, it is not 32 bytes long.</summary>
    private static Digest Hash(JsonElement value)
    {
        var bytes = value.GetBytesFromBase64();
        return bytes.Length == Digest.Size ? new Digest(bytes) : Digest.Of(bytes);
    }
}
