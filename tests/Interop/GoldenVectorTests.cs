using Exchange.Tests;

namespace Exchange.Interop.Tests;

/// <summary>The worked example of docs/formats.md in a language and with libraries that are not ours.</summary>
public sealed class GoldenVectorTests
{
    private static readonly string Vector = Path.Combine(Prerequisites.Repository, "tests", "vectors", "envelope-v1.json");

    [NodeFact]
    public async Task JavaScript_opens_the_worked_example_and_checks_its_receipts()
    {
        var (exitCode, output) = await NodeScript.RunAsync("open.mjs", Vector, "--protos", NodeScript.Protos);

        exitCode.ShouldBe(0, output.ToString());
        output.GetProperty("agrees").EnumerateObject().ShouldAllBe(value => value.Value.GetBoolean());
        output.GetProperty("records").GetArrayLength().ShouldBe(2);
        output.GetProperty("terms").GetProperty("legal_basis").GetString().ShouldBe("PUBLIC_TASK");
        output.GetProperty("receipt").GetProperty("verdict").GetString().ShouldBe("sound");
        output.GetProperty("refused").GetProperty("refusal").GetProperty("receipt").GetProperty("verdict").GetString().ShouldBe("sound");
        output.GetProperty("flips_rejected").GetInt32().ShouldBeGreaterThan(600);
    }

    [NodeFact]
    public async Task JavaScript_notices_an_example_that_is_not_ours()
    {
        var example = await File.ReadAllTextAsync(Vector);
        var file = Path.GetTempFileName();
        try
        {
            // One character of the commitment: the program must compute it, not repeat it.
            await File.WriteAllTextAsync(file, example.Replace("\"commitment\": \"9b", "\"commitment\": \"9c", StringComparison.Ordinal));
            var (exitCode, output) = await NodeScript.RunAsync("open.mjs", file, "--protos", NodeScript.Protos);
            exitCode.ShouldBe(1);
            output.GetProperty("agrees").GetProperty("commitment").GetBoolean().ShouldBeFalse();
            output.GetProperty("agrees").GetProperty("plaintext").GetBoolean().ShouldBeTrue();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
