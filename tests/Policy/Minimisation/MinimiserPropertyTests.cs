using System.Globalization;

namespace Exchange.Policy.Tests.Minimisation;

public sealed class MinimiserPropertyTests
{
    private static readonly int Cases = Setting("EXCHANGE_PROPERTY_CASES", 100_000);
    private static readonly int Seed = Setting("EXCHANGE_PROPERTY_SEED", 20_261_121);

    [Fact]
    public void The_output_is_the_canonical_serialisation_of_the_redacted_record()
    {
        var property = new MinimisationProperty(new MinimiserDoor(), Seed);

        property.FindFailure(Cases).ShouldBeNull();

        foreach (var (trait, count) in property.Tally)
        {
            ((double)count / Cases).ShouldBeGreaterThanOrEqualTo(0.2, $"the share of records with {trait}");
        }

        property.Verdicts["Released"].ShouldBeGreaterThan(Cases / 2);
        property.Verdicts["Malformed"].ShouldBeGreaterThan(Cases / 4);
        property.Changed.ShouldBeGreaterThan(Cases / 4);
        property.Verdicts["Invalid"].ShouldBeGreaterThan(Cases / 20);
        property.Verdicts["WrongSubject"].ShouldBeGreaterThan(Cases / 100);
        property.Verdicts["OutsidePeriod"].ShouldBeGreaterThan(Cases / 100);
    }

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
