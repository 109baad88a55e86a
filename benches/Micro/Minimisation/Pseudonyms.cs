using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>An order of 1 KB whose order number gets a pseudonym, beside the HMAC alone: what a pseudonym costs is what it costs.</summary>
public class Pseudonyms : IDisposable
{
    private static readonly RecordShape Shape = DatasetLoader.LoadFile(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb"), [])!.Shape;

    private readonly byte[] _record = OrderOf.Size(1 << 10);
    private readonly byte[] _subject = "1001"u8.ToArray();
    private readonly byte[] _number = "70000001"u8.ToArray();
    private readonly byte[] _code = new byte[HMACSHA256.HashSizeInBytes];
    private readonly PseudonymKey _key = new(new byte[PseudonymKey.Size]);
    private readonly byte[] _keyBytes = new byte[PseudonymKey.Size];
    private readonly ReleasePlan _kept = Compile(new FieldAction.Keep());
    private readonly ReleasePlan _pseudonymised = Compile(new FieldAction.Pseudonymise());
    private byte[] _output = [];

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }

    [GlobalSetup]
    public void Setup() => _output = new byte[_pseudonymised.MaximumOutput(_record.Length)];

    [Benchmark(Baseline = true)]
    public int Hmac() => HMACSHA256.HashData(_keyBytes, _number, _code);

    [Benchmark]
    public int OrderNumberKept() => Minimise(_kept);

    [Benchmark]
    public int OrderNumberPseudonymised() => Minimise(_pseudonymised);

    private int Minimise(ReleasePlan plan) => Minimiser.Minimise(plan, Shape.All, _key, _record, new RecordGuard { Subject = _subject }, _output).Length;

    private static ReleasePlan Compile(FieldAction action) =>
        ReleasePlan.Compile(Shape, Shape.Leaves.Select(leaf => leaf.Path == "order_number" ? action : new FieldAction.Keep()));
}
