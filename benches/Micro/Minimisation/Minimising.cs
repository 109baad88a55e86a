using BenchmarkDotNet.Attributes;
using Exchange.Datasets.Purchases.V1;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Google.Protobuf;

namespace Exchange.Benches.Micro.Minimisation;

/// <summary>
/// An order through the minimiser, and the same with Google.Protobuf: parse, clear and change, serialise. The second way checks less: neither
/// constraints nor what makes a record malformed.
/// </summary>
public class Minimising
{
    private static readonly RecordShape Shape = DatasetLoader.LoadFile(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb"), [])!.Shape;

    private byte[] _record = [];
    private byte[] _subject = [];
    private byte[] _output = [];
    private ReleasePlan _plan = ReleasePlan.Keeping(Shape);
    private Action<Order> _redact = _ => { };

    /// <summary>Nominal size in bytes; <see cref="GigabytesPerSecond"/> reckons with the real one.</summary>
    [Params(200, 1 << 10, 1 << 14, 1 << 20)]
    public int Size { get; set; }

    [ParamsAllValues]
    public PlanKind Plan { get; set; }

    /// <summary>The bytes that one call reads.</summary>
    public static int BytesOf(int size) => OrderOf.Size(size).Length;

    [GlobalSetup]
    public void Setup()
    {
        _record = OrderOf.Size(Size);
        _subject = System.Text.Encoding.UTF8.GetBytes(Order.Parser.ParseFrom(_record).CustomerId);
        (_plan, _redact) = (OrderPlans.Compile(Shape, Plan), OrderPlans.Redaction(Plan));
        _output = new byte[_plan.MaximumOutput(_record.Length)];
        if (!_output.AsSpan(0, Minimise()).SequenceEqual(ParseClearSerialise()))
        {
            throw new InvalidOperationException("The two ways do not come to the same.");
        }
    }

    [Benchmark]
    public int Minimise()
    {
        var outcome = Minimiser.Minimise(_plan, Shape.All, null, _record, new RecordGuard { Subject = _subject }, _output);
        return outcome.Verdict == MinimisationVerdict.Released ? outcome.Length : throw new InvalidOperationException($"{outcome.Verdict}");
    }

    [Benchmark(Baseline = true)]
    public byte[] ParseClearSerialise()
    {
        var order = Order.Parser.ParseFrom(_record);
        _redact(order);
        return order.ToByteArray();
    }
}
